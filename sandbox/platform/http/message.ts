/** A message about a successful request or a failed import. */
export interface Message {
  readonly text: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly detail?: string[];
}
