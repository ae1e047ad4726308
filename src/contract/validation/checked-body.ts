import type { GatewayRequest } from '../../http/exchange.js';
import { readJsonBody } from '../../http/body.js';
import { parseJson } from '../../http/json.js';
import { check } from './faults.js';

/**
 * A JSON body that satisfies its DTO class: the value to look at, and the bytes to forward. The bytes are the client's
 * own, so integers above 2^53, the order of members and members that are not known yet reach the platform unchanged.
 */
export class CheckedBody<T> {
  constructor(
    readonly value: T,
    readonly bytes: Buffer,
  ) {}
}

/**
 * Reads a JSON body and checks it against a DTO class. Nothing is converted or removed. A PUT may carry members that are
 * not known here: a newer platform sent them, and a frontend sends them back.
 * @throws Problem 400 `invalid_request` | 400 `malformed_json` | 400 `incomplete_body` | 408 | 413 | 415
 */
export async function checkedBody<T extends object>(req: GatewayRequest, dto: new () => T): Promise<CheckedBody<T>> {
  const bytes = await readJsonBody(req);
  const value = check(dto, parseJson(bytes), req.method === 'PUT' ? 'open' : 'closed') as T;
  return new CheckedBody(value, bytes);
}
