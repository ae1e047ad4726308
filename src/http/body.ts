import { ByteBudget } from './byte.budget.js';
import type { GatewayRequest } from './exchange.js';
import { isJson } from './media.type.js';
import { Problem } from './problem.js';

/** Size limit of a JSON body. Imported documents have their own. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Time limit for receiving a JSON body. Imported documents have the time limit of a request. */
const BODY_MS = 60_000;
/** Pieces of a body that may be as small as they like; more must have this many bytes on average. */
const SMALL_PIECES = 1_024;
const MIN_PIECE_BYTES = 64;
const FIRST_BYTES = 65_536;
/**
 * Bodies that arrive in several reads, and stay until their requests are answered. Those that arrive with their headers
 * are bounded by the calls that may be in progress.
 */
const bodies = new ByteBudget({ total: 128 * 1024 * 1024, perPerson: 32 * 1024 * 1024 });
const LATE = new Problem('request_timeout', { headers: { Connection: 'close' } });

/**
 * Reads a JSON request body, whole, within its limit.
 * @throws Problem 415 `unsupported_media_type` | 413 `content_too_large` | 400 `incomplete_body`
 */
export async function readJsonBody(req: GatewayRequest): Promise<Buffer> {
  const { 'content-type': type = '', 'content-encoding': encoding, 'content-length': length } = req.headers;
  if (!isJson(type)) throw new Problem('unsupported_media_type');
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

/** Bytes of bodies that the process holds now. */
export function heldBodyBytes(): number {
  return bodies.held;
}

/**
 * Reads a request body, whole, within a limit. It counts towards the person's share until the request is answered.
 * @throws Problem 413 `content_too_large` | 408 `request_timeout` | 400 `incomplete_body` | 429 `too_many_bytes` |
 * 503 `gateway_busy`
 */
export function readBody(req: GatewayRequest, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const account = bodies.open(req.person);
    const body = new GrowingBuffer(Math.min(Number(req.headers['content-length'] ?? maxBytes), maxBytes));
    const end = (problem?: unknown): void => {
      clearTimeout(deadline);
      req.off('data', onData);
      if (problem === undefined) {
        releaseWhenAnswered(req, account.close);
        return resolve(body.content);
      }
      // The request may stay open for minutes; what was received so far must not stay in memory.
      body.clear();
      account.close();
      reject(problem);
    };
    const deadline = setTimeout(end, BODY_MS, LATE).unref();
    const onData = (chunk: Buffer): void => {
      try {
        if (body.length + chunk.length > maxBytes) throw tooLarge(maxBytes);
        account.take(chunk.length);
        body.append(chunk);
      } catch (problem) {
        end(problem);
      }
    };
    req.on('data', onData);
    req.once('end', () => end());
    req.once('error', (cause) => end(new Problem('incomplete_body', { cause })));
  });
}

/** A call may outlive its client, but then it holds its body only until it is sent. */
function releaseWhenAnswered({ res }: GatewayRequest, release: () => void): void {
  if (res === undefined || res.closed) release();
  else res.once('close', release);
}

/** A body in the making, in one piece: pieces of a few bytes would take many times their size as objects. */
class GrowingBuffer {
  private buffer: Buffer = Buffer.alloc(0);
  private pieces = 0;
  length = 0;

  /** @param expected how long it is going to be, at the most */
  constructor(private readonly expected: number) {}

  get content(): Buffer {
    const content = this.buffer.subarray(0, this.length);
    return this.buffer.length - this.length > FIRST_BYTES ? Buffer.from(content) : content;
  }

  /** @throws Problem 400 `malformed_json` for a body that comes in tiny pieces: each takes as long as a large one */
  append(piece: Buffer): void {
    this.pieces += 1;
    const length = this.length + piece.length;
    if (this.pieces > SMALL_PIECES && length < this.pieces * MIN_PIECE_BYTES) throw inTinyPieces();
    if (this.length === 0 && this.pieces === 1) this.buffer = piece;
    else this.copy(piece, length);
    this.length = length;
  }

  clear(): void {
    this.buffer = Buffer.alloc(0);
    this.length = 0;
  }

  private copy(piece: Buffer, length: number): void {
    if (length > this.buffer.length) {
      const size = Math.max(length, Math.min(this.expected, Math.max(2 * this.buffer.length, FIRST_BYTES)));
      const larger = Buffer.allocUnsafeSlow(size);
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    piece.copy(this.buffer, this.length);
  }
}

function inTinyPieces(): Problem {
  const message = 'The body arrived in too many tiny pieces; send it in larger chunks.';
  return new Problem('malformed_json', { message, headers: { Connection: 'close' } });
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('content_too_large', { message: `The body is larger than ${maxBytes} bytes.` });
}
