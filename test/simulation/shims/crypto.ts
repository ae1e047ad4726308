import * as crypto from 'node:crypto';
import { isRunning, theUniverse } from '../engine/globals.js';

export * from 'node:crypto';

/** Random bytes of the schedule's seed: ids order rows and set members, so they are part of a schedule. */
export function randomBytes(length: number): Buffer {
  return isRunning() ? theUniverse().lots.bytes(length) : crypto.randomBytes(length);
}

export function randomUUID(): string {
  const hex = randomBytes(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
