import { describe, expect, it } from 'vitest';
import { readKey } from './idempotency-key.js';

const LONGEST = 'x'.repeat(255);
const ESCAPED_QUOTE = String.raw`\"`;

describe('readKey', () => {
  it.each(['7', '9f1c2b1e-6f0e-4a55-9a3a-0f7f6c2d1b11', '!', '#', '[', ']', '~', LONGEST])(
    'takes the bare key %j as it is',
    (key) => {
      expect(readKey(key)).toBe(key);
    },
  );

  it.each([
    ['"a"', 'a'],
    ['"!#[]~"', '!#[]~'],
    [String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    [`"${LONGEST}"`, LONGEST],
    [`"${ESCAPED_QUOTE.repeat(255)}"`, '"'.repeat(255)],
  ])('reads the structured field string %j', (header, key) => {
    expect(readKey(header)).toBe(key);
  });

  it.each([
    '',
    ' ',
    '""',
    '"',
    'a"',
    '"a',
    '\\',
    'a b',
    '"a b"',
    'a"b',
    '"a"b"',
    '"a" ',
    ' "a"',
    String.raw`"\a"`,
    String.raw`"a\"`,
    '\u007f',
    '"\u007f"',
    'ü',
    '"ü"',
    `${LONGEST}x`,
    `"${LONGEST}x"`,
  ])('rejects %j', (header) => {
    const message = 'must be one key of 1 to 255 visible ASCII characters, such as a UUID';
    expect(() => readKey(header)).toThrow(
      expect.objectContaining({
        status: 400,
        code: 'invalid_idempotency_key',
        message: `Idempotency-Key ${message}.`,
        extras: expect.objectContaining({ fields: [{ field: 'Idempotency-Key', message }] }),
      }),
    );
  });
});
