import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonError, parseJson, parsePage } from './json.list.js';

function read(text: string, member = 'actions'): { envelope: unknown; entries: unknown[] } {
  const entries: unknown[] = [];
  const page = last(parsePage(Buffer.from(text), member));
  last(page.entries((entry) => void entries.push(entry)));
  return { envelope: page.envelope, entries };
}

function last<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

describe('a page that is parsed entry by entry', () => {
  it('equals the result of JSON.parse', () => {
    const page = fc.record({
      totalCount: fc.integer(),
      next: fc.string(),
      other: fc.jsonValue(),
      actions: fc.array(fc.jsonValue()),
    });
    const space = fc.constantFrom(undefined, 2, '\t');
    fc.assert(
      fc.property(
        page,
        space,
        fc.shuffledSubarray(['totalCount', 'next', 'other', 'actions'], { minLength: 4 }),
        (one, indent, order) => {
          const text = JSON.stringify(
            Object.fromEntries(order.map((name) => [name, one[name as 'next']])),
            undefined,
            indent,
          );
          const { actions, ...rest } = JSON.parse(text) as typeof one;
          expect(read(text)).toEqual({ envelope: { ...rest, actions: [] }, entries: actions });
        },
      ),
    );
  });

  it.each([
    '',
    '[]',
    'null',
    '{}',
    '{"actions": null}',
    '{"actions": [1,]}',
    '{"actions": [,1]}',
    '{"actions": [1 2]}',
    '{"actions": [1]',
    '{"actions": [1}',
    '{"actions": [{]}]}',
    '{"actions": ["a]}',
    '{"actions": [1]} x',
    '{"actions": [], "actions": [1]}',
    '{"other": {"actions": [1]}}',
    `{"actions": [${'['.repeat(300)}${']'.repeat(300)}]}`,
  ])('is rejected if it is not a page: %s', (text) => {
    expect(() => read(text)).toThrow(JsonError);
  });

  it('finds its list by name, whatever the strings before it contain', () => {
    const text = '{"a\\"actions": ["[1]", "\\\\"], "x": "\\"actions\\": [", "actions": [{"actions": [1, "]"]}]}';
    expect(read(text).entries).toEqual([{ actions: [1, ']'] }]);
  });

  it('yields between entries', () => {
    const text = JSON.stringify({ actions: Array.from({ length: 1_000 }, (_, i) => ({ i })) });
    const page = last(parsePage(Buffer.from(text), 'actions'));
    const steps = page.entries(() => undefined);
    let count = 0;
    while (!steps.next().done) count += 1;
    expect(count).toBe(1_000);
  });
});

describe('a JSON text of limited depth', () => {
  it('is parsed or rejected', () => {
    expect(parseJson(Buffer.from('{"a": [1, "}"]}'))).toEqual({ a: [1, '}'] });
    expect(() => parseJson(Buffer.from('['.repeat(1_000)))).toThrow(JsonError);
    expect(() => parseJson(Buffer.from('{'))).toThrow(JsonError);
    expect(() => parseJson(Buffer.alloc(5 * 1024 * 1024, ' '))).toThrow(JsonError);
  });
});
