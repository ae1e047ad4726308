import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from './faults.js';
import { parseJson } from '../../http/json.js';
import { Problem } from '../../http/problem.js';
import { mutate } from '../../../test/contract/mutations.js';
import { VALID } from '../../../test/contract/valid-requests.js';

const openness = fc.constantFrom('closed' as const, 'open' as const);
const dto = fc.constantFrom(...VALID);

/** Bytes with a meaning in JSON, and invalid ones. */
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '\\',
  '\\u0000',
  '\\ud800',
  '1e999',
  '-',
  'null',
  '\0',
  '\uFEFF',
  '"__proto__":{',
  '"constructor":',
  '9007199254740993',
  '['.repeat(70),
  'Ü',
];
const piece = fc.constantFrom(...PIECES);

/** A valid body with some bytes replaced. */
const mangled = fc
  .tuple(
    dto,
    fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.oneof(piece, fc.uint8Array({ maxLength: 4 }))), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([[type, valid], cuts]) => {
    let bytes = Buffer.from(JSON.stringify(valid));
    for (const [at, length, put] of cuts) {
      const start = at % (bytes.length + 1);
      bytes = Buffer.concat([bytes.subarray(0, start), Buffer.from(put as string), bytes.subarray(start + length)]);
    }
    return [type, bytes] as const;
  });

/** Whether a body is accepted; fails on any error that is not an actionable Problem. */
function isTaken(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    const { status, code, message, extras } = error as Problem;
    expect([400, code]).toEqual([status, expect.stringMatching(/^(malformed_json|invalid_request)$/)]);
    expect(message).toMatch(/\.$/);
    expect(code === 'malformed_json' || (extras.fields ?? []).length > 0).toBe(true);
    return false;
  }
}

/** Counts of accepted and rejected bodies. */
function tally(): { taken: number; refused: number; count(isIn: boolean): void } {
  return {
    taken: 0,
    refused: 0,
    count(isIn) {
      if (isIn) this.taken += 1;
      else this.refused += 1;
    },
  };
}

describe('any body is accepted, or rejected with a 400 that gives the reason', () => {
  it('E1: arbitrary JSON, for every class', () => {
    const counted = tally();
    fc.assert(
      fc.property(dto, openness, fc.jsonValue({ maxDepth: 4 }), ([type], open, value) => {
        counted.count(isTaken(() => check(type, parseJson(Buffer.from(JSON.stringify(value))), open)));
      }),
      { numRuns: 5_000 },
    );
    expect(counted.refused).toBeGreaterThan(3_000);
  });

  it('E1: a mutated valid body', () => {
    const counted = tally();
    fc.assert(
      fc.property(dto, openness, fc.gen(), ([type, valid], open, g) => {
        const body = Buffer.from(JSON.stringify(mutate(g, valid)));
        counted.count(isTaken(() => check(type, parseJson(body), open)));
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(counted.taken, counted.refused)).toBeGreaterThan(500);
  });

  it('E1: a valid body with some bytes replaced', () => {
    const counted = tally();
    fc.assert(
      fc.property(mangled, openness, ([type, bytes], open) => {
        counted.count(isTaken(() => check(type, parseJson(bytes), open)));
      }),
      { numRuns: 10_000 },
    );
    expect(counted.refused).toBeGreaterThan(5_000);
  });
});
