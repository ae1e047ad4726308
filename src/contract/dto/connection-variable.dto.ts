import { Text } from '../validation/validators.js';

/** A value that stands in for a placeholder of a connector. */
export class ConnectionVariable {
  /** Name of the placeholder. */
  @Text()
  name: string;

  /** What it becomes. */
  @Text()
  value: string;
}
