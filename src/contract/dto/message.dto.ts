import { Optional, Text, Texts, Word } from '../validation/validators.js';

/** Something to show to the person at the screen about the request that was just made. */
export class Message {
  /** What to show. */
  @Text()
  text: string;

  /** How serious it is. */
  @Word(['info', 'warning', 'error'])
  severity: 'info' | 'warning' | 'error';

  /** The single points, such as a list of faults. */
  @Optional()
  @Texts()
  detail?: string[];
}
