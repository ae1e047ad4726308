/** What each generated client is used for: the same few lines that a frontend would write. */
export interface Consumer {
  /** Creates a version: `created`, or what went wrong, found by narrowing. */
  createVersion(url: string, name: string): Promise<string>;
  /** Uploads a document: the name of the connector that the import made. */
  importFile(url: string, file: File): Promise<string>;
}

export const ORGANISATION = 'acme';
export const CONNECTOR = 'shop';
