import type { IncomingMessage } from 'node:http';
import type { Response } from 'supertest';

/** For `parse` of supertest: keeps the body as received bytes. */
export function keepBytes(response: Response, done: (error: Error | null, body: Buffer) => void): void {
  const incoming = response as unknown as IncomingMessage;
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('error', (error) => done(error, Buffer.alloc(0)));
  incoming.on('end', () => done(null, Buffer.concat(chunks)));
}
