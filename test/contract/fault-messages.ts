import { accepts } from '../../src/contract/validation/accept.js';
import { faultsOf } from '../../src/contract/validation/faults.js';
import type { Dto } from '../../src/contract/validation/metadata.js';

/** Validation errors as `path: sentence`; asserts that both validators agree. */
export function told(dto: Dto, value: unknown, openness: 'closed' | 'open' = 'closed'): string[] {
  const { fields } = faultsOf(dto, value, openness);
  if (accepts(dto, value, openness) !== (fields.length === 0)) throw new Error(`the checks of ${dto.name} disagree`);
  return fields.map(({ field, message }) => `${field}: ${message}`);
}
