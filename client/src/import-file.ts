import { type Client, formDataBodySerializer, type RequestResult } from './generated/client/index.js';
import { client as usualClient } from './generated/client.gen.js';
import type {
  ImportHTTPConnectorMetadata,
  ImportHttpConnectorErrors,
  ImportHttpConnectorResponses,
  ImportHttpConnectorVersionErrors,
  ImportHttpConnectorVersionResponses,
  ImportHTTPConnectorVersionMetadata,
  PreviewHttpConnectorErrors,
  PreviewHttpConnectorResponses,
  PreviewHttpConnectorVersionErrors,
  PreviewHttpConnectorVersionResponses,
} from './generated/index.js';

// Imports and their previews take JSON or a form with a file. A generated function has one body type only, so the form
// variant is here.

interface FileImport<Path, Metadata> {
  path: Path;
  body: { file: Blob; metadata: Metadata };
  /** `Idempotency-Key`, for an import that may be repeated safely. */
  headers?: { 'Idempotency-Key'?: string };
  client?: Client;
  signal?: AbortSignal;
}

/** The browser sets the Content-Type of a form, with its boundary. */
const headersOf = (own: object = {}) => ({ ...own, 'Content-Type': null });

/** Creates a connector from an OpenAPI document in a file, as a draft. */
export function importHTTPConnectorFile(
  options: FileImport<{ organisation_id: string }, ImportHTTPConnectorMetadata>,
): RequestResult<ImportHttpConnectorResponses, ImportHttpConnectorErrors, false> {
  const url = '/api/connect/v1/o/{organisation_id}/protocols/http/import';
  return (options.client ?? usualClient).post<ImportHttpConnectorResponses, ImportHttpConnectorErrors>({
    ...formDataBodySerializer,
    ...options,
    headers: headersOf(options.headers),
    url,
  });
}

/** Creates a version of a connector from an OpenAPI document in a file, as a draft. */
export function importHTTPConnectorVersionFile(
  options: FileImport<{ organisation_id: string; connector_id: string }, ImportHTTPConnectorVersionMetadata>,
): RequestResult<ImportHttpConnectorVersionResponses, ImportHttpConnectorVersionErrors, false> {
  const url = '/api/connect/v1/o/{organisation_id}/connector/{connector_id}/http/import';
  return (options.client ?? usualClient).post<ImportHttpConnectorVersionResponses, ImportHttpConnectorVersionErrors>({
    ...formDataBodySerializer,
    ...options,
    headers: headersOf(options.headers),
    url,
  });
}

/** Previews the import of a document in a file. Creates nothing. */
export function previewHTTPConnectorFile(
  options: FileImport<{ organisation_id: string }, ImportHTTPConnectorMetadata>,
): RequestResult<PreviewHttpConnectorResponses, PreviewHttpConnectorErrors, false> {
  const url = '/api/connect/v1/o/{organisation_id}/protocols/http/import/preview';
  return (options.client ?? usualClient).post<PreviewHttpConnectorResponses, PreviewHttpConnectorErrors>({
    ...formDataBodySerializer,
    ...options,
    headers: headersOf(options.headers),
    url,
  });
}

/** Previews the import of a document in a file as a version, and how it would differ. Creates nothing. */
export function previewHTTPConnectorVersionFile(
  options: FileImport<{ organisation_id: string; connector_id: string }, ImportHTTPConnectorVersionMetadata>,
): RequestResult<PreviewHttpConnectorVersionResponses, PreviewHttpConnectorVersionErrors, false> {
  const url = '/api/connect/v1/o/{organisation_id}/connector/{connector_id}/http/import/preview';
  return (options.client ?? usualClient).post<PreviewHttpConnectorVersionResponses, PreviewHttpConnectorVersionErrors>({
    ...formDataBodySerializer,
    ...options,
    headers: headersOf(options.headers),
    url,
  });
}
