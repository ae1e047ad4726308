import { type Client, formDataBodySerializer, type RequestResult } from './generated/client/index.js';
import { client as usualClient } from './generated/client.gen.js';
import type {
  ImportHTTPConnectorMetadata,
  ImportHttpConnectorErrors,
  ImportHttpConnectorResponses,
  ImportHttpConnectorVersionErrors,
  ImportHttpConnectorVersionResponses,
  ImportHTTPConnectorVersionMetadata,
} from './generated/index.js';

// The two imports take JSON or a form with a file. A generated function has one body only, so the form stands here.

interface FileImport<Path, Metadata> {
  path: Path;
  body: { file: Blob; metadata: Metadata };
  client?: Client;
  signal?: AbortSignal;
}

/** A form says by itself where its parts end, so no Content-Type is set for it. */
const FORM = { ...formDataBodySerializer, headers: { 'Content-Type': null } };

/** Create a connector from an OpenAPI document in a file, as a draft. */
export function importHTTPConnectorFile(
  options: FileImport<{ organisation_id: string }, ImportHTTPConnectorMetadata>,
): RequestResult<ImportHttpConnectorResponses, ImportHttpConnectorErrors, false> {
  const url = '/api/connect/v1/o/{organisation_id}/protocols/http/import';
  return (options.client ?? usualClient).post<ImportHttpConnectorResponses, ImportHttpConnectorErrors>({
    ...FORM,
    ...options,
    url,
  });
}

/** Create a version of a connector from an OpenAPI document in a file, as a draft. */
export function importHTTPConnectorVersionFile(
  options: FileImport<{ organisation_id: string; connector_id: string }, ImportHTTPConnectorVersionMetadata>,
): RequestResult<ImportHttpConnectorVersionResponses, ImportHttpConnectorVersionErrors, false> {
  const url = '/api/connect/v1/o/{organisation_id}/connector/{connector_id}/http/import';
  return (options.client ?? usualClient).post<ImportHttpConnectorVersionResponses, ImportHttpConnectorVersionErrors>({
    ...FORM,
    ...options,
    url,
  });
}
