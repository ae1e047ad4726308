import type { DatabaseSync, StatementSync } from 'node:sqlite';

const KEPT_MS = 24 * 60 * 60_000;

/** An uploaded file, or a pending upload. */
export interface Upload {
  readonly id: string;
  /** Id of the organisation that may use it. */
  readonly organisation: string;
  /** The secret in the URL to upload it to. */
  readonly signature: string;
  readonly expiresAt: number;
  /** The required media type; null for any. */
  readonly contentType: string | null;
  readonly contentLength: number | null;
  /** Null until it is uploaded. */
  readonly content: string | null;
}

/** Files, which are text. */
export class UploadTable {
  private readonly statements: Record<'get' | 'insert' | 'fill' | 'sweep', StatementSync>;

  constructor(database: DatabaseSync) {
    const columns = `id, organisation, signature, expires_at AS expiresAt, content_type AS contentType,
      content_length AS contentLength, content`;
    this.statements = {
      get: database.prepare(`SELECT ${columns} FROM upload WHERE id = ?`),
      insert: database.prepare('INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, NULL)'),
      fill: database.prepare('UPDATE upload SET content = ? WHERE id = ?'),
      sweep: database.prepare('DELETE FROM upload WHERE expires_at < ?'),
    };
  }

  get(id: string): Upload | undefined {
    return this.statements.get.get(id) as Upload | undefined;
  }

  /** Creates an entry for a file, and deletes those older than a day. */
  insert({ id, organisation, signature, expiresAt, contentType, contentLength }: Omit<Upload, 'content'>): void {
    this.statements.sweep.run(Date.now() - KEPT_MS);
    this.statements.insert.run(id, organisation, signature, expiresAt, contentType, contentLength);
  }

  fill(id: string, content: string): void {
    this.statements.fill.run(content, id);
  }
}
