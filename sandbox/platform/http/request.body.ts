import type { IncomingMessage } from 'node:http';
import { ApiError } from './api.error.js';
import { parseJson } from './json.js';
import type { BodyReader } from './route.js';

/** Maximum size of a body. */
export const BODY_BYTES = 32 * 1024 * 1024;

/** The whole body of a request. Rejects with ApiError 413 as soon as it is too long; the rest is discarded. */
export function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_BYTES) chunks.push(chunk);
      else reject(new ApiError(413, 'body_too_large', `A body may hold up to ${BODY_BYTES} bytes.`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

/** Parses a body as JSON; an empty one as undefined. */
export const readJson: BodyReader = (bytes) => (bytes.length === 0 ? undefined : parseJson(bytes.toString('utf8')));
