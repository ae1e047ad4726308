import { rememberBytes } from '../../platform/json-body.js';
import type { GatewayRequest } from '../../http/exchange.js';
import { readJsonBody } from '../../http/body.js';
import { check } from './faults.js';
import { parseJson } from '../../http/json.js';
import type { Dto } from './metadata.js';

/**
 * Reads a JSON body and checks it against a DTO class. Nothing is converted or left out: what was checked is what is
 * forwarded. A PUT is open: members that a newer platform gave and a frontend sends back survive.
 * @throws Problem 400 `invalid_request` | 400 `malformed_json` | 400 `incomplete_body` | 408 | 413 | 415
 */
export async function checkedBody(req: GatewayRequest, dto: Dto): Promise<object> {
  const bytes = await readJsonBody(req);
  const value = check(dto, parseJson(bytes), req.method === 'PUT' ? 'open' : 'closed') as object;
  rememberBytes(value, bytes);
  return value;
}
