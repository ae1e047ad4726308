import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accepts } from './accept.js';
import { faultsOf } from './faults.js';
import { type Dto, validationsOf } from './metadata.js';
import { mutate } from '../../../test/contract/mutations.js';
import { VALID } from '../../../test/contract/valid-requests.js';

const openness = fc.constantFrom('closed' as const, 'open' as const);

describe('the two request validators', () => {
  it.each(VALID.map(([dto, value]) => [dto.name, dto, value] as const))('accept a valid %s', (_, dto, value) => {
    expect(faultsOf(dto, value, 'closed').fields).toEqual([]);
    expect(accepts(dto, value, 'closed')).toBe(true);
    expect(accepts(dto, value, 'open')).toBe(true);
  });

  it('agree on mutated valid values', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...VALID), openness, fc.gen(), ([dto, valid], open, g) => {
        const value = mutate(g, valid);
        const accepted = accepts(dto, value, open);
        if (!accepted) refused += 1;
        expect(faultsOf(dto, value, open).fields.length === 0).toBe(accepted);
      }),
      { numRuns: 10_000 },
    );
    expect(refused).toBeGreaterThan(3_000);
    expect(refused).toBeLessThan(9_000);
  });

  it('agree on objects with known names and arbitrary values', () => {
    const classes = [...new Set(VALID.map(([dto]) => dto))];
    const typed = fc.constantFrom(...classes).chain((dto) => fc.tuple(fc.constant(dto), objectFor(dto)));
    fc.assert(
      fc.property(typed, openness, ([dto, value], open) => {
        expect(faultsOf(dto, value, open).fields.length === 0).toBe(accepts(dto, value, open));
      }),
      { numRuns: 2_000 },
    );
  });

  it('agree on values that are not objects', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VALID), openness, fc.jsonValue({ maxDepth: 1 }), ([dto], open, value) => {
        expect(faultsOf(dto, value, open).fields.length === 0).toBe(accepts(dto, value, open));
      }),
    );
  });
});

function objectFor(dto: Dto): fc.Arbitrary<object> {
  const names = Object.keys(validationsOf(dto));
  return fc.record(Object.fromEntries(names.map((name) => [name, fc.jsonValue({ maxDepth: 3 })])), {
    requiredKeys: [],
  });
}
