import { describe, expect, it } from 'vitest';
import type { Problem } from '../../http/problem.js';
import { check, faultsOf } from './faults.js';
import { IsNested, IsNestedArray, IsOptional, IsString, Satisfies } from './validators.js';

class Leaf {
  @IsString()
  text: string;
}

class Tree {
  @IsString()
  name: string;

  @IsOptional()
  @IsNestedArray(() => Leaf)
  leaves?: Leaf[];
}

const STRING = 'must be a string';

function refusal(value: unknown, at?: string): Problem {
  try {
    check(Tree, value, 'closed', at);
  } catch (error) {
    return error as Problem;
  }
  return expect.unreachable();
}

/** The name of an unknown member as it is listed. */
const listed = (name: string): string | undefined =>
  faultsOf(Tree, { name: 'n', [name]: 1 }, 'closed').fields[0]?.field;

/** A valid tree but for this many leaves. */
const withFaults = (count: number): object => ({ name: 'n', leaves: Array.from({ length: count }, () => 7) });

describe('check', () => {
  it('returns the value itself where it satisfies its class', () => {
    const value = { name: 'n', leaves: [{ text: 'x' }] };
    expect(check(Tree, value, 'closed')).toBe(value);
  });

  it('throws a problem that names the fault', () => {
    const problem = refusal({ name: 7 });
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', message: `name ${STRING}.` });
    expect(problem.extras).toMatchObject({ fields: [{ field: 'name', message: STRING }], details: '' });
  });

  it.each([
    [2, 'leaves[0] must be a JSON object, and 1 more.', ''],
    [100, 'leaves[0] must be a JSON object, and 99 more.', ''],
    [101, 'leaves[0] must be a JSON object, and 100 more.', 'Only the first 100 faults are listed in "fields".'],
    [
      10_000,
      'leaves[0] must be a JSON object, and at least 9999 more.',
      'Only the first 100 faults are listed in "fields".',
    ],
  ])('H2: throws a problem that counts %i faults', (count, message, details) => {
    const problem = refusal(withFaults(count));
    expect(problem).toMatchObject({ message, extras: { details } });
    expect(problem.extras.fields).toHaveLength(Math.min(count, 100));
  });

  it('calls a body that is no object the body, or by the member that it came as', () => {
    expect(refusal([]).message).toBe('The body must be a JSON object.');
    expect(refusal([], 'metadata').message).toBe('metadata must be a JSON object.');
  });

  it('names members by the member that the value came as', () => {
    const { fields } = refusal({ leaves: [{ more: 1 }] }, 'metadata').extras;
    expect(fields).toEqual([
      { field: 'metadata.name', message: `is missing; it ${STRING}` },
      { field: 'metadata.leaves[0].more', message: 'is not known here; leave it out (known: text)' },
      { field: 'metadata.leaves[0].text', message: `is missing; it ${STRING}` },
    ]);
  });
});

describe('the name of an unknown member', () => {
  it.each([
    ['is quoted where it is empty', '', '""'],
    ['is whole up to 100 characters', 'n'.repeat(100), 'n'.repeat(100)],
    ['is cut off after 100 characters', 'n'.repeat(101), `${'n'.repeat(100)}…`],
    ['is not cut off within a character', `${'n'.repeat(99)}🛒`, `${'n'.repeat(99)}\ufffd…`],
  ])('%s', (_, name, quoted) => {
    expect(listed(name)).toBe(quoted);
  });
});

describe('faultsOf', () => {
  it('H1: checks each part of a value once, although a sentence for its owner is asked for', () => {
    let checked = 0;
    class Part {
      @Satisfies('be counted', () => (checked += 1) > 0)
      text: string;
    }
    class Whole {
      @IsString()
      name: string;

      @IsNested(() => Part)
      part: Part;

      @IsNestedArray(() => Part)
      parts: Part[];
    }
    const value = { name: 7, part: { text: 'x' }, parts: [{ text: 'x' }, { text: 'x' }] };
    expect(faultsOf(Whole, value, 'closed').fields).toEqual([{ field: 'name', message: STRING }]);
    expect(checked).toBe(3);
  });

  it('looks at no further member once 10,000 faults are counted', () => {
    const { fields, unlisted, isIncomplete } = faultsOf(Tree, { ...withFaults(20_000), more: 1 }, 'closed');
    expect([fields[0]?.field, fields.length + unlisted, isIncomplete]).toEqual(['more', 10_000, true]);
    const names = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x${i}`, i]));
    const many = faultsOf(Tree, names, 'closed');
    expect([many.fields.length + many.unlisted, many.isIncomplete]).toEqual([10_000, true]);
  });
});
