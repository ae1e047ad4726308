import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json.js';
import { Problem } from './problem.js';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

/** The message of the error for a rejected body. */
function refusal(bytes: Buffer | string): string {
  try {
    parseJson(Buffer.from(bytes as string));
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status: 400, code: 'malformed_json' });
    return (error as Problem).message;
  }
  throw new Error('it was accepted');
}

describe('parseJson', () => {
  it('returns the same values as JSON.parse', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'line 1, column 8'],
    ['{"a":1,"\\u0061":1}', 'line 1, column 8'],
    ['{\n\t"x": [{\n\t\t"k": 1,\n\t\t"k": 1\n\t}]\n}', 'line 4, column 3'],
    ['{"__proto__":1,"__proto__":2}', 'line 1, column 16'],
    ['{"a":":","b":{"c":"\\"","c":"\\\\"}}', 'line 1, column 24'],
  ])('rejects the duplicate member in %j with its location', (text, where) => {
    expect(refusal(text)).toBe(`A member is given twice in one object (${where}); keep one of them.`);
  });

  it('rejects a duplicate member in a large body without locating it', () => {
    const text = JSON.stringify({ padding: 'x'.repeat(100_000) }).replace('{', '{"padding":1,');
    expect(refusal(text)).toBe('A member is given twice in one object; keep one of them.');
  });

  it('rejects every object with a duplicate member', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { minKeys: 1 });
    fc.assert(
      fc.property(object, fc.nat(), (value, index) => {
        const names = Object.keys(value);
        const again = JSON.stringify(names[index % names.length]);
        expect(refusal(`${JSON.stringify(value).slice(0, -1)},${again}:0}`)).toMatch(/^A member is given twice/);
      }),
    );
  });

  it('accepts members of the same name in different objects', () => {
    expect(parse('{"a":{"a":1},"b":[{"a":1},{"a":2}]}')).toEqual({ a: { a: 1 }, b: [{ a: 1 }, { a: 2 }] });
  });

  it.each([
    ['members', 50_000, (count: number) => `{${Array.from({ length: count }, (_, i) => `"${i}":0`).join(',')}}`],
    ['lists and objects', 500_000, (count: number) => `[${'{},'.repeat(count - 2)}[]]`],
  ])('H1: rejects more than %2$i %1$s', (what, most, textOf) => {
    expect(() => parse(textOf(most))).not.toThrow();
    expect(refusal(textOf(most + 1))).toBe(`The body has more than ${most} ${what}.`);
  });

  it('ignores colons and brackets inside strings', () => {
    expect(parse('{"a:b":"{[:\\":]}","c":"\\\\"}')).toEqual({ 'a:b': '{[:":]}', c: '\\' });
  });

  it('makes __proto__ an ordinary member', () => {
    const value = parse('{"__proto__":{"admin":true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('admin' in value).toBe(false);
  });

  it('accepts numbers that JavaScript cannot represent, because the raw bytes are forwarded', () => {
    expect(parse('{"n":9007199254740993,"x":1e999}')).toEqual({ n: 9_007_199_254_740_992, x: Infinity });
  });

  it('accepts 64 levels of any kind and rejects 65', () => {
    for (const [open, close] of ['[]', ['{"a":', '}']]) {
      const nest = (levels: number) => `${open?.repeat(levels)}1${close?.repeat(levels)}`;
      expect(() => parse(nest(64))).not.toThrow();
      expect(refusal(nest(65))).toBe('The body nests deeper than 64 levels.');
    }
  });

  it('rejects excessively nested brackets before parsing', () => {
    expect(refusal('['.repeat(1_000_000))).toBe('The body nests deeper than 64 levels.');
  });

  it.each([
    ['an invalid byte', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['a cut character', Buffer.from([0x22, 0xe2, 0x82, 0x22])],
  ])('rejects %s, which is not UTF-8', (_, bytes) => {
    expect(refusal(bytes)).toBe('The body is not valid UTF-8.');
  });

  it('rejects an empty body, a byte order mark and invalid JSON', () => {
    expect(refusal('')).toBe('The body is empty; send a JSON object.');
    for (const text of ['\uFEFF{}', '{a:1}', "{'a':1}", '{"a":1,}', 'NaN', '{}{}', '// {}', '{"a":01}', '"\t"'])
      expect(refusal(text)).toMatch(/^The body is not valid JSON( at line 1, column \d+)?\.$/);
  });
});
