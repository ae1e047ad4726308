import { randomBytes, timingSafeEqual } from 'node:crypto';
import { ApiError, invalid, notFound } from '../http/api.error.js';
import { replyOf } from '../http/request.handler.js';
import { BODY_BYTES } from '../http/request.body.js';
import { type BodyReader, type Call, ok, type Reply, type Route } from '../http/route.js';
import { organisationOf } from '../organisations/organisation.lookup.js';
import type { Platform } from '../platform.js';
import { protocolOf } from '../protocols/protocol.routes.js';
import type { Upload } from '../store/upload.table.js';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, PUT',
  'access-control-allow-headers': 'content-type',
};
const UPLOAD_LIFE_MS = 5 * 60_000;

interface File {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
}

const readFile: BodyReader = (bytes, headers): File => ({ bytes, contentType: headers['content-type'] });

/** The platform's object storage, for files to import. */
export const uploadRoutes: readonly Route[] = [
  { method: 'GET', path: '/o/:organisation_id/protocols/:protocol_slug/upload-url', answer: getProtocolUploadURL },
  { method: 'PUT', path: '/uploads/:upload_id', isOpen: true, readBody: readFile, answer: shared(putUpload) },
  { method: 'GET', path: '/uploads/:upload_id', isOpen: true, answer: shared(getUpload) },
  { method: 'OPTIONS', path: '/uploads/:upload_id', isOpen: true, answer: shared(() => ({ status: 204 })) },
];

/**
 * The file at a URL.
 * @throws ApiError 400 for any URL except those of files that the organisation has uploaded here
 */
export function uploadedFile({ store, ownUrl }: Platform, organisationId: string, url: string, field: string): string {
  const base = `${ownUrl}/uploads/`;
  const upload = url.startsWith(base) ? store.uploads.get(url.slice(base.length)) : undefined;
  if (upload?.organisation !== organisationId)
    throw invalid({ field, message: 'must be the "url" of an upload-url: this platform fetches nothing else' });
  if (upload.content === null) throw invalid({ field, message: 'names a file that has not been uploaded' });
  return upload.content;
}

function getProtocolUploadURL(call: Call): Reply {
  const { platform, query } = call;
  const organisation = organisationOf(call).id;
  protocolOf(call);
  const id = platform.newId();
  const signature = randomBytes(32).toString('base64url');
  const contentLength = lengthOf(query);
  const expiresAt = Date.now() + UPLOAD_LIFE_MS;
  platform.store.uploads.insert({
    id,
    organisation,
    signature,
    expiresAt,
    contentType: query.get('content_type'),
    contentLength,
  });
  const url = `${platform.ownUrl}/uploads/${id}`;
  return ok({ uploadUrl: `${url}?signature=${signature}`, url });
}

function putUpload({ platform, params, query, body }: Call): Reply {
  const { bytes, contentType } = body as File;
  const upload = platform.store.uploads.get(params['upload_id'] ?? '');
  if (upload === undefined) throw notFound('upload');
  if (!isSigned(upload, query.get('signature') ?? '') || upload.expiresAt < Date.now())
    throw new ApiError(403, 'upload_refused', 'The URL is not the one that was given out, or older than five minutes.');
  if (upload.content !== null) throw new ApiError(403, 'upload_refused', 'The URL was used before.');
  if (upload.contentType !== null && upload.contentType !== contentType)
    throw invalid({ field: 'content_type', message: `must be ${upload.contentType}, as announced` });
  if (upload.contentLength !== null && upload.contentLength !== bytes.length)
    throw invalid({ field: 'content_length', message: `must be ${upload.contentLength}, as announced` });
  platform.store.uploads.fill(upload.id, bytes.toString('utf8'));
  return { status: 200 };
}

/** Serves the file to any caller with its URL: the gateway reads it for a preview. */
function getUpload({ platform, params }: Call): Reply {
  const upload = platform.store.uploads.get(params['upload_id'] ?? '');
  if (upload === undefined || upload.content === null) throw notFound('file');
  return { status: 200, body: upload.content, type: upload.contentType ?? 'application/octet-stream' };
}

/** Pages of any origin may upload and download files (Fetch Standard, CORS protocol), as is usual for upload buckets. */
function shared(answer: Route['answer']): Route['answer'] {
  return (call) => {
    try {
      return { ...answer(call), headers: CORS };
    } catch (error) {
      return { ...replyOf(error), headers: CORS };
    }
  };
}

function lengthOf(query: URLSearchParams): number | null {
  const text = query.get('content_length');
  const length = Number(text ?? 0);
  if (!Number.isInteger(length) || length < 0 || length > BODY_BYTES)
    throw invalid({ field: 'content_length', message: `must be an integer number of bytes, up to ${BODY_BYTES}` });
  return text === null ? null : length;
}

function isSigned({ signature }: Upload, given: string): boolean {
  const [expected, actual] = [Buffer.from(signature), Buffer.from(given)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
