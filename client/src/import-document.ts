import type { ConnectionFailure } from './failure.js';
import type { Client } from './generated/client/index.js';
import {
  importHTTPConnector,
  importHTTPConnectorVersion,
  type ImportHTTPConnectorResult,
  type Problem,
} from './generated/index.js';
import { importHTTPConnectorFile, importHTTPConnectorVersionFile } from './import-file.js';
import { type KeyHeader, newKey, once } from './once.js';
import { type ImportProgress, watchImport } from './watch-import.js';

/** The target of an import: a new connector, or a new version of one. */
export type ImportTarget =
  | { readonly path: { readonly organisation_id: string }; readonly version?: never }
  | { readonly path: { readonly organisation_id: string; readonly connector_id: string }; readonly version: string };

/** What to import, and how to report it. */
export type ImportDocumentOptions = ImportTarget & {
  /** An OpenAPI document: a file, or the address from which the platform fetches it. */
  readonly document: Blob | string;
  /** Called with the progress of the import. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Stops waiting. An import that has reached the platform continues; the same key finds it again. */
  readonly signal?: AbortSignal;
  /** The import's `Idempotency-Key`; by default a new one. Set it to continue an earlier import. */
  readonly key?: string;
  readonly client?: Client;
};

/** The outcome of an import: the platform's response, or the error. */
export type ImportOutcome =
  | { readonly data: ImportHTTPConnectorResult; readonly error: undefined }
  | { readonly data: undefined; readonly error: Problem | ConnectionFailure };

type Send = (headers: KeyHeader) => Promise<ImportOutcome & { response?: Response }>;

/** Imports an OpenAPI document exactly once, however often the network fails, and reports its progress. */
export async function importDocument(options: ImportDocumentOptions): Promise<ImportOutcome> {
  const { key = newKey(), signal, onProgress } = options;
  const watching = new AbortController();
  if (onProgress !== undefined) void report(options, key, watching.signal, onProgress);
  try {
    const { data, error } = await once(sender(options), { key, ...(signal && { signal }) });
    return error === undefined ? { data, error } : { data: undefined, error };
  } finally {
    watching.abort();
  }
}

/** Progress is optional: if watching fails, the import's own response still counts. */
async function report(
  { path: { organisation_id }, client, signal }: ImportDocumentOptions,
  key: string,
  until: AbortSignal,
  onProgress: (progress: ImportProgress) => void,
): Promise<void> {
  const path = { organisation_id, idempotency_key: key };
  const over = signal === undefined ? until : AbortSignal.any([until, signal]);
  for await (const event of watchImport({ path, signal: over, ...(client && { client }) }))
    if (event.type === 'progress' && !over.aborted) onProgress(event);
}

function sender(options: ImportDocumentOptions): Send {
  const { document, client, signal } = options;
  const more = { ...(client && { client }), ...(signal && { signal }) };
  const format = 'openapi' as const;
  if (options.version === undefined) {
    const path = { organisation_id: options.path.organisation_id };
    if (typeof document === 'string')
      return (headers) => importHTTPConnector({ path, body: { format, schemaURL: document }, headers, ...more });
    return (headers) =>
      importHTTPConnectorFile({ path, body: { file: document, metadata: { format } }, headers, ...more });
  }
  const { path, version } = options;
  if (typeof document === 'string')
    return (headers) =>
      importHTTPConnectorVersion({ path, body: { format, version, schemaURL: document }, headers, ...more });
  return (headers) =>
    importHTTPConnectorVersionFile({ path, body: { file: document, metadata: { format, version } }, headers, ...more });
}
