import type { Call } from '../http/route.js';
import type { Conversion } from '../../../src/import/openapi/conversion.js';
import type { Message } from '../http/message.js';
import { convertText } from './import.document.js';
import { organisationOf } from '../organisations/organisation.lookup.js';
import { uploadedFile } from '../uploads/upload.routes.js';
import { read, type Shape } from '../validation/shape.js';
import type { ImportBody } from './import.reader.js';

/** The shapes of the two ways to send a file. */
export interface ImportShapes<M> {
  readonly upload: Shape<{ metadata: M }>;
  readonly url: Shape<M & { schemaURL: string }>;
}

/** A converted document, the messages about it, and the metadata sent with it. */
export interface ImportSource<M> {
  readonly converted: Conversion;
  readonly messages: readonly Message[];
  readonly metadata: M;
}

/**
 * Reads and converts the document of an import.
 * @throws ApiError 400 for a document that cannot be imported, with messages
 */
export function sourceOf<M>(call: Call, shapes: ImportShapes<M>): ImportSource<M> {
  const organisation = organisationOf(call);
  const body = call.body as ImportBody;
  if ('file' in body) return { metadata: read(shapes.upload, body).metadata, ...convertText(body.file) };
  const metadata = read(shapes.url, body.json);
  const file = uploadedFile(call.platform, organisation.id, metadata.schemaURL, 'schemaURL');
  return { metadata, ...convertText(file) };
}
