import { IsOptional, IsString, IsStringArray, IsEnum } from '../validation/validators.js';

/** Something to show to the person at the screen about the request that was just made. */
export class Message {
  /** What to show. */
  @IsString()
  text: string;

  /** How serious it is. */
  @IsEnum(['info', 'warning', 'error'])
  severity: 'info' | 'warning' | 'error';

  /** The single points, such as a list of faults. */
  @IsOptional()
  @IsStringArray()
  detail?: string[];
}
