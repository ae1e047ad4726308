/** Something to tell a person about a request that worked, or about an import that did not. */
export interface Message {
  readonly text: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly detail?: string[];
}
