import { Problem } from './problem.js';
import type { GatewayRequest } from './exchange.js';

/** Size limit of a JSON body. Imported documents have their own. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Time limit for receiving a JSON body. Imported documents have the time limit of a request. */
const BODY_MS = 60_000;
const LATE = new Problem('request_timeout', { headers: { Connection: 'close' } });

/**
 * Reads a JSON request body, whole, within its limit.
 * @throws Problem 415 `unsupported_media_type` | 413 `content_too_large` | 400 `incomplete_body`
 */
export async function readJsonBody(req: GatewayRequest): Promise<Buffer> {
  const { 'content-type': type = '', 'content-encoding': encoding, 'content-length': length } = req.headers;
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) throw new Problem('unsupported_media_type');
  if (encoding !== undefined && encoding !== 'identity') throw new Problem('unsupported_encoding');
  if (Number(length) > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
  // Body bytes that arrived with the headers are readable in the next microtask.
  await Promise.resolve();
  const whole = arrived(req, Number(length));
  if (whole !== undefined) return whole;
  req.sendContinue();
  return readBody(req, MAX_BODY_BYTES);
}

/** A body that arrived together with the headers, as most do; needs no event listeners. */
function arrived(req: GatewayRequest, length: number): Buffer | undefined {
  if (req.readableLength === 0 || req.readableLength !== length) return undefined;
  const body = req.read() as Buffer;
  // Consumes the end of the stream, so that the request is released.
  req.resume();
  return body;
}

/**
 * Reads a request body, whole, within a limit.
 * @throws Problem 413 `content_too_large` | 408 `request_timeout` | 400 `incomplete_body`
 */
export function readBody(req: GatewayRequest, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (problem?: Problem): void => {
      clearTimeout(deadline);
      req.off('data', onData);
      if (problem === undefined) return resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
      // The request may stay open for minutes; what was received so far must not stay in memory.
      chunks.length = 0;
      reject(problem);
    };
    const deadline = setTimeout(end, BODY_MS, LATE).unref();
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) end(tooLarge(maxBytes));
    };
    req.on('data', onData);
    req.once('end', () => end());
    req.once('error', (cause) => end(new Problem('incomplete_body', { cause })));
  });
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('content_too_large', { message: `The body is larger than ${maxBytes} bytes.` });
}
