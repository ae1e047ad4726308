import { IsOptional, IsString, IsStringArray, IsEnum } from '../validation/validators.js';

/** Something to show to the person at the screen about the request that was just made. */
export class Message {
  /** Text to display. */
  @IsString()
  text: string;

  /** Severity. */
  @IsEnum(['info', 'warning', 'error'])
  severity: 'info' | 'warning' | 'error';

  /** Details, such as a list of errors. */
  @IsOptional()
  @IsStringArray()
  detail?: string[];
}
