import { expect, it } from 'vitest';
import { assignNames } from './names.js';
import { checked } from '../../../test/import/document-messages.js';

const HEAD = { openapi: '3.1.0', info: { title: 'Pets', version: '1' }, servers: [{ url: 'https://api.example.com' }] };
const FORBIDDEN = /[^a-zA-Z0-9_-]+/g;

it('names in any alphabet and of any length become short and unique', () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, n) => [`宠物${'物'.repeat(n % 100)}${'宠'.repeat(n / 100)}`, {}]),
  );
  const { plan } = checked(JSON.stringify({ ...HEAD, components: { schemas } }));
  const names = plan?.definitions.map(({ name }) => name) ?? [];
  expect(new Set(names).size).toBe(2_000);
  expect(names.every((name) => /^[\w-]{1,128}$/.test(name))).toBe(true);
});

it('a name of 50 KB is shortened, and names that differ only at the end stay distinct', () => {
  const long = 'a'.repeat(50_000);
  const names = assignNames(
    [`${long}1`, `${long}2`, `${'_'.repeat(50_000)}x`].map((wanted) => ({ key: wanted, wanted })),
    FORBIDDEN,
  );
  expect(new Set(names.values()).size).toBe(3);
  expect(Math.max(...[...names.values()].map(({ length }) => length))).toBeLessThanOrEqual(128);
});

it('D3: names do not depend on the order of operations', () => {
  const wishes = ['pets/list', 'pets_list', 'pets.list', '获取', 'list', 'list', 'a_', '_a', ''].map(
    (wanted, index) => ({
      key: `GET /${index}`,
      wanted,
      qualifier: `get/${index}`,
    }),
  );
  const names = assignNames(wishes, FORBIDDEN);
  expect(assignNames(wishes.toReversed(), FORBIDDEN)).toEqual(new Map([...names].toReversed()));
  expect(new Set(names.values()).size).toBe(wishes.length);
  expect(names.get('GET /1')).toBe('pets_list');
  expect(names.get('GET /6')).toBe('a_');
});

it('an error deep in a document is reported with its line', () => {
  let schema: object = { $ref: '#/nowhere' };
  for (let depth = 0; depth < 40; depth++) schema = { properties: { aNameOfSomeLength: schema } };
  const [message] = checked(JSON.stringify({ ...HEAD, paths: {}, components: { schemas: { Pet: schema } } })).told;
  expect(message).toMatch(/… \(line 1, column \d+\)$/);
});

it('methods of a path item that connectors do not support are omitted and reported', () => {
  const responses = { 200: { description: 'fine' } };
  const paths = {
    'x-internal': { get: { responses } },
    '/pets': { get: { responses }, query: { responses }, additionalOperations: { COPY: { responses } } },
  };
  const { plan, told } = checked(JSON.stringify({ ...HEAD, openapi: '3.2.0', paths }));
  expect(plan?.actions.map(({ name }) => name)).toEqual(['get_pets']);
  expect(told).toEqual([
    expect.stringMatching(
      /^warning: Operations of methods that connectors do not have are left out\. @ COPY .* @ query /,
    ),
  ]);
});
