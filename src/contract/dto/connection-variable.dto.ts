import { IsString } from '../validation/validators.js';

/** A value that stands in for a placeholder of a connector. */
export class ConnectionVariable {
  /** Name of the placeholder. */
  @IsString()
  name: string;

  /** What it becomes. */
  @IsString()
  value: string;
}
