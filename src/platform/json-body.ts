/**
 * The bytes that a checked body came as. What a caller sent is forwarded as it came, never printed again from what was
 * parsed: integers above 2^53, the order of members and members nobody knows yet arrive as they left.
 */
const originals = new WeakMap<object, Buffer>();

/** Remembers which bytes a body was parsed from. */
export function rememberBytes(body: object, bytes: Buffer): void {
  originals.set(body, bytes);
}

/** The JSON text to send for a body: the caller's own bytes where it came from a caller. */
export function bytesOf(body: object): Buffer {
  return originals.get(body) ?? Buffer.from(JSON.stringify(body));
}
