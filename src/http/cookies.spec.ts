import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cookiesWithPrefix, cookieValues } from './cookies.js';

const NAME = '__Host-session';
/** The characters of a cookie value (RFC 6265, section 4.1.1), and `=`, which browsers send unchanged. */
const value = fc.string({ unit: fc.constantFrom('a', 'Z', '9', '=', '-', '_', '.', '!', '%', "'"), maxLength: 12 });

/** Cookies whose names resemble that of the session cookie. */
const otherName = fc.constantFrom(
  'session',
  'x__Host-session',
  `${NAME}2`,
  `${NAME}-`,
  '_host-session',
  NAME.toLowerCase(),
  NAME.toUpperCase(),
  '__Host-sessio',
  'a',
  '',
);
const otherValue = fc.oneof(value, fc.constantFrom(NAME, `"${NAME}=x"`, `${NAME}=x`, `a ${NAME}=x`, '"', ','));
const otherPair = fc.oneof(
  fc.tuple(otherName, otherValue).map(([name, text]) => `${name}=${text}`),
  fc.constantFrom(NAME, 'garbage', '=', '==', `=${NAME}=x`, `"${NAME}=x"`, ' ', '', `${NAME} =x`, `x ${NAME}=y`),
);
const separator = fc.constantFrom('; ', ';', ';  ', ';;', '; ; ', ' ; ');
const text = fc.string({
  unit: fc.constantFrom(';', '=', ' ', '"', '\\', ',', '\t', '_', 'n', 'é', '__Host-', NAME, `${NAME}=`, '; '),
  maxLength: 60,
});

/** A Cookie header of these pairs, in this order. */
function joined(pairs: readonly string[], separators: readonly string[]): string {
  return pairs.map((pair, i) => (i === 0 ? '' : (separators[i] ?? '; ')) + pair).join('');
}

describe('the session’s cookie', () => {
  it('S18: is found every time it occurs, in order, among any other cookies', () => {
    const pair = fc.oneof(
      { weight: 2, arbitrary: otherPair.map((other) => ({ other, own: undefined })) },
      { weight: 1, arbitrary: value.map((own) => ({ other: '', own })) },
    );
    const counts = new Set<number>();
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 8 }), fc.array(separator, { maxLength: 8 }), (pairs, separators) => {
        const header = joined(
          pairs.map(({ other, own }) => (own === undefined ? other : `${NAME}=${own}`)),
          separators,
        ).trim();
        const own = pairs.flatMap((one) => (one.own === undefined ? [] : [one.own]));
        counts.add(own.length);
        expect(cookieValues(header, NAME)).toEqual(own);
      }),
      { numRuns: 10_000 },
    );
    expect([0, 1, 2].filter((count) => !counts.has(count))).toEqual([]);
  });

  it('is parsed from any string without an error, and never contains a semicolon', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (header) => {
        for (const found of cookieValues(header, NAME)) {
          expect(found).not.toContain(';');
          expect(header).toContain(`${NAME}=`);
        }
        expect(() => cookiesWithPrefix(header, NAME)).not.toThrow();
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([';', '=', ' ', '; ', ` ${NAME}`, `;${NAME}`, `; ${NAME}=`, `${NAME};`, `${NAME} `, '__Host-'])(
    'is searched in linear time: 4 MiB of %j',
    (piece) => {
      const header = piece.repeat(Math.floor(4_194_304 / piece.length));
      const found = cookieValues(`${header}; ${NAME}=last`, NAME);
      expect(found.at(-1)).toBe('last');
      expect(cookiesWithPrefix(header, 'login-').size).toBe(0);
    },
  );
});
