import { expect, it } from 'vitest';
import { planOf } from '../../src/import/openapi/plan.js';
import { told } from './told.js';

const HEAD = { openapi: '3.1.0', info: { title: 'Pets', version: '1' } };

it('names of an alphabet that definitions do not have cost no more than others', () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, n) => [`宠物${'物'.repeat(n % 100)}${'宠'.repeat(n / 100)}`, {}]),
  );
  const begun = performance.now();
  const { definitions } = planOf({ ...HEAD, components: { schemas } });
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect(new Set(definitions.map(({ name }) => name)).size).toBe(20_000);
  expect(definitions.slice(0, 2).map(({ name }) => name)).toEqual(['unnamed', 'unnamed_2']);
});

it('many schemas, each with an identifier and a reference, cost no more than they are', () => {
  const entries = Array.from({ length: 32_000 }, (_, n) => [`S${n}`, { $id: `/${n}`, items: { $ref: '#/x' } }]);
  const document = JSON.stringify({ ...HEAD, components: { schemas: Object.fromEntries(entries) } });
  const begun = performance.now();
  told(document);
  expect(performance.now() - begun).toBeLessThan(4_000);
}, 30_000);

it('and so does what is made of them', () => {
  const entries = Array.from({ length: 200_000 }, (_, n) => [`S${n}`, {}]);
  const begun = performance.now();
  planOf({ ...HEAD, components: { schemas: Object.fromEntries(entries) } });
  expect(performance.now() - begun).toBeLessThan(8_000);
}, 60_000);

it('a fault in the depth of a document is told with its line', () => {
  let schema: object = { $ref: '#/nowhere' };
  for (let depth = 0; depth < 40; depth++) schema = { properties: { aNameOfSomeLength: schema } };
  const [message] = told(JSON.stringify({ ...HEAD, paths: {}, components: { schemas: { Pet: schema } } }));
  expect(message).toMatch(/… \(line 1, column \d+\)$/);
});

it('what a path item says beyond the methods that connectors know is left out, and told', () => {
  const responses = { 200: { description: 'fine' } };
  const { actions, messages } = planOf({
    ...HEAD,
    openapi: '3.2.0',
    paths: {
      'x-internal': { get: { responses } },
      '/pets': { get: { responses }, query: { responses }, additionalOperations: { COPY: { responses } } },
    },
  });
  expect(actions.map(({ name }) => name)).toEqual(['get_pets']);
  expect(messages).toContainEqual({
    text: 'Operations of methods that connectors do not know are left out.',
    severity: 'warning',
    detail: ['COPY /pets', 'query /pets'],
  });
});
