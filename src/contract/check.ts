import { Problem } from '../problems/problem.js';
import { accepts, type Openness } from './accept.js';
import { faultsOf } from './faults.js';
import type { Dto } from './members.js';

/**
 * The value itself, once the DTO class has nothing against it. `at` is the member of the request that it came as.
 * @throws Problem 400 `invalid_request` that names every fault
 */
export function check(dto: Dto, value: unknown, openness: Openness, at = ''): unknown {
  if (accepts(dto, value, openness)) return value;
  const fields = faultsOf(dto, value, openness).map(({ field, message }) => ({ field: join(at, field), message }));
  const [first] = fields;
  const summary = first ? `${first.field || 'The body'} ${first.message}` : 'The request is not valid';
  const more = fields.length > 1 ? `, and ${fields.length - 1} more` : '';
  throw new Problem(400, 'invalid_request', `${summary}${more}.`, { fields });
}

function join(at: string, field: string): string {
  return at === '' || field === '' ? at + field : `${at}.${field}`;
}
