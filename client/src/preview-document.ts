import type { ConnectionFailure } from './failure.js';
import type { Client } from './generated/client/index.js';
import {
  type ImportPreview,
  type ImportVersionPreview,
  previewHTTPConnector,
  previewHTTPConnectorVersion,
  type Problem,
} from './generated/index.js';
import type { ImportTarget } from './import-document.js';
import { previewHTTPConnectorFile, previewHTTPConnectorVersionFile } from './import-file.js';

/** What to preview; the same members as for `importDocument`. */
export type PreviewDocumentOptions = ImportTarget & {
  /** An OpenAPI document: a file, or the address from which the gateway fetches it. */
  readonly document: Blob | string;
  readonly signal?: AbortSignal;
  readonly client?: Client;
};

/** What an import would create; for a version also how it would differ from the previous one. */
export type PreviewOutcome =
  | { readonly data: ImportPreview & Partial<ImportVersionPreview>; readonly error: undefined }
  | { readonly data: undefined; readonly error: Problem | ConnectionFailure };

/** Previews what `importDocument` would create from a document. Creates nothing. */
export async function previewDocument(options: PreviewDocumentOptions): Promise<PreviewOutcome> {
  const { data, error } = await send(options);
  return error === undefined ? { data, error } : { data: undefined, error };
}

function send(options: PreviewDocumentOptions): Promise<PreviewOutcome> {
  const { document, client, signal } = options;
  const more = { ...(client && { client }), ...(signal && { signal }) };
  const format = 'openapi' as const;
  if (options.version === undefined) {
    const path = { organisation_id: options.path.organisation_id };
    if (typeof document === 'string')
      return previewHTTPConnector({ path, body: { format, schemaURL: document }, ...more });
    return previewHTTPConnectorFile({ path, body: { file: document, metadata: { format } }, ...more });
  }
  const { path, version } = options;
  if (typeof document === 'string')
    return previewHTTPConnectorVersion({ path, body: { format, version, schemaURL: document }, ...more });
  return previewHTTPConnectorVersionFile({ path, body: { file: document, metadata: { format, version } }, ...more });
}
