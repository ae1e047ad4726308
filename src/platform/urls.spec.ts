import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isPathSegment, path } from './path.js';
import { Problem } from '../http/problem.js';
import { formatQuery, parseQuery } from '../http/query.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('.', '/', '\\', '%', '2', 'e', 'E', 'f', '5', 'c', '0', ' ', '+', '?', '#', ';', '\n', 'ü'),
  }),
);
const goodText = fc.string({ unit: 'grapheme' });

describe('path', () => {
  it('P1: preserves the structure of its template for every value, or rejects the value', () => {
    fc.assert(
      fc.property(anyText, anyText, (first, second) => {
        if (!isPathSegment(first) || !isPathSegment(second)) {
          expect(() => path`/o/${first}/versions/${second}`).toThrow(Problem);
          return;
        }
        const built = path`/o/${first}/versions/${second}`.text;
        const { pathname, search, hash } = new URL(built, 'https://platform.example');
        expect(pathname).toBe(built);
        expect(search + hash).toBe('');
        const segments = pathname.split('/');
        expect(segments).toHaveLength(5);
        expect([segments[0], segments[1], segments[3]]).toEqual(['', 'o', 'versions']);
        expect([segments[2], segments[4]].map((segment) => decodeURIComponent(segment ?? ''))).toEqual([first, second]);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '',
    '.',
    '..',
    '%2e',
    '%2E%2e',
    '.%2e',
    '%252e%252e',
    '%25252e.',
    'a/b',
    'a%2fb',
    'a%252Fb',
    'a\\b',
    'a%5cb',
    '\0',
    'a%00',
    '\n',
    'a%0d%0ab',
    '\t',
    '\u007f',
    '\ud800',
  ])('rejects %j', (value) => {
    expect(() => path`/o/${value}`).toThrow(expect.objectContaining({ status: 400, code: 'invalid_path_segment' }));
  });

  it.each([
    ['four layers', '%25252541'.replace('%', '%25')],
    ['thousands of layers', `%${'25'.repeat(30_000)}`],
    ['its length', 'a'.repeat(1_025)],
  ])('H1: rejects a value with too many encoding layers or characters: %s', (_, value) => {
    expect(isPathSegment(value)).toBe(false);
    expect(() => path`/o/${value}`).toThrow(expect.objectContaining({ code: 'invalid_path_segment' }));
  });

  it('H1: decodes a value at most four times', () => {
    const replaceAll = vi.spyOn(String.prototype, 'replaceAll');
    expect(isPathSegment(`%${'25'.repeat(400)}`)).toBe(false);
    expect(replaceAll.mock.calls.length).toBeLessThanOrEqual(4);
    replaceAll.mockRestore();
  });

  it('knows its template, for metrics and traces', () => {
    expect(path`/o/${'acme'}/connectors/${'c 1'}`.template).toBe('/o/{}/connectors/{}');
    expect(path`/categories`.template).toBe('/categories');
  });

  it.each([
    ['Development & IT', 'Development%20%26%20IT'],
    ['1.0.0-rc.1+build 7', '1.0.0-rc.1%2Bbuild%207'],
    ['Größe', 'Gr%C3%B6%C3%9Fe'],
    ['50%', '50%25'],
    ['50%25', '50%2525'],
    ['%252541', '%25252541'],
    ['a'.repeat(1_024), 'a'.repeat(1_024)],
    ['...', '...'],
    ['.hidden', '.hidden'],
    ['a..b', 'a..b'],
    ['?x=1#y', '%3Fx%3D1%23y'],
    ['😀', '%F0%9F%98%80'],
  ])('forwards %j intact', (value, encoded) => {
    expect(path`/o/${value}`.text).toBe(`/o/${encoded}`);
  });
});

describe('the query', () => {
  it('is forwarded unchanged: names, values and order', () => {
    const value = fc.oneof(goodText, fc.array(goodText, { minLength: 2, maxLength: 3 }));
    fc.assert(
      fc.property(fc.dictionary(goodText, value), (query) => {
        expect({ ...parseQuery(formatQuery(query).slice(1)) }).toEqual({ ...query });
      }),
    );
  });

  it('reads form encoding', () => {
    expect({ ...parseQuery('categories=CRM&categories=Development+%26%20IT&first=20&&flag') }).toEqual({
      categories: ['CRM', 'Development & IT'],
      first: '20',
      flag: '',
    });
  });

  it('treats names that are special in JavaScript as ordinary names', () => {
    const query = parseQuery('__proto__=1&constructor=2');
    expect(Object.keys(query)).toEqual(['__proto__', 'constructor']);
    expect(formatQuery(query)).toBe('?__proto__=1&constructor=2');
  });

  it.each(['a=%', 'a=%zz', '%ff=1', 'a=%c0%af', 'a=%ed%a0%80'])(
    'rejects %s, which cannot be decoded without loss',
    (text) => {
      expect(() => parseQuery(text)).toThrow(expect.objectContaining({ status: 400, code: 'malformed_query' }));
    },
  );

  it('is empty without parameters', () => {
    expect(formatQuery({})).toBe('');
    expect(formatQuery({ first: undefined })).toBe('');
  });
});
