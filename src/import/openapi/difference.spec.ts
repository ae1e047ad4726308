import { describe, expect, it } from 'vitest';
import { checkBytes } from '../check/check.js';
import type { FormerVersion, PlannedDifference } from '../check/preview.difference.js';
import { convertDocument } from './conversion.js';
import { Diagnostics } from './diagnostics.js';
import { readDocument } from './document.reading.js';

const PETS = {
  openapi: '3.1.0',
  info: { title: 'Pets', version: '1' },
  servers: [{ url: 'https://pets.example' }],
  paths: {
    '/pets/{id}': {
      get: {
        operationId: 'getPet',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'a', content: json({ $ref: '#/components/schemas/Pet' }) } },
      },
    },
    '/pets': {
      post: {
        operationId: 'addPet',
        requestBody: { required: true, content: json({ $ref: '#/components/schemas/NewPet' }) },
        responses: { 201: { description: 'a', content: json({ $ref: '#/components/schemas/Pet' }) } },
      },
    },
  },
  webhooks: { born: { post: { requestBody: { content: json({ $ref: '#/components/schemas/Pet' }) }, responses: {} } } },
  components: {
    schemas: {
      Pet: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, age: { type: 'integer' } } },
      NewPet: { type: 'object', properties: { name: { type: 'string' } } },
    },
    securitySchemes: { basic: { type: 'http', scheme: 'basic' } },
  },
};
type Pets = typeof PETS;

function json(schema: object): object {
  return { 'application/json': { schema } };
}

/** The state of the platform after an import. */
function imported(document: Pets): FormerVersion {
  const log = new Diagnostics();
  const { document: read } = readDocument(Buffer.from(JSON.stringify(document)), log);
  if (read === undefined) throw new Error('not read');
  const made = convertDocument(read, log);
  return { content: made, connector: made };
}

function change(edit: (document: Pets) => void): PlannedDifference | undefined {
  const edited = structuredClone(PETS);
  edit(edited);
  return checkBytes(Buffer.from(JSON.stringify(edited)), () => undefined, imported(PETS)).difference;
}

describe('D4: the difference that an import would make', () => {
  it('is empty for the same document, and for a reordered one', () => {
    const nothing = { changes: [], counts: { added: 0, removed: 0, changed: 0, breaking: 0 }, unchanged: 5 };
    expect(change(() => undefined)).toMatchObject(nothing);
    expect(
      change((document) => {
        document.paths = Object.fromEntries(Object.entries(document.paths).toReversed()) as typeof document.paths;
      }),
    ).toMatchObject(nothing);
  });

  it.each<[string, (document: Pets) => void, object]>([
    [
      "a body's property of another type",
      ({ components }) => Object.assign(components.schemas.NewPet.properties.name, { type: 'integer' }),
      { subject: { kind: 'definition', name: 'NewPet' }, in: ['schema'], breaking: true },
    ],
    [
      'a new required property of a body',
      ({ components }) => Object.assign(components.schemas.NewPet, { required: ['name'] }),
      { subject: { kind: 'definition', name: 'NewPet' }, in: ['schema'], breaking: true },
    ],
    [
      'a replaced schema',
      ({ components }) => Object.assign(components.schemas, { Pet: { type: 'array', items: {} } }),
      { subject: { kind: 'definition', name: 'Pet' }, in: ['schema'], breaking: true },
    ],
    [
      'a required parameter',
      ({ paths }) =>
        void paths['/pets/{id}'].get.parameters.push({
          name: 'page',
          in: 'query',
          required: true,
          schema: { type: 'string' },
        }),
      { subject: { kind: 'action', name: 'getPet' }, in: ['parameters'], breaking: true },
    ],
    [
      'another base URL',
      ({ servers }) => Object.assign(servers[0] as object, { url: 'https://new.example' }),
      { subject: { kind: 'connector', name: 'baseUrl' }, in: ['baseUrl'], breaking: true },
    ],
    [
      'another way to authenticate',
      ({ components }) => Object.assign(components, { securitySchemes: { tls: { type: 'mutualTLS' } } }),
      { subject: { kind: 'authSchemeConfig', name: 'tls' }, change: 'added', breaking: false },
    ],
    [
      'a trigger that is gone',
      (document) => Object.assign(document, { webhooks: {} }),
      { subject: { kind: 'trigger', name: 'born' }, change: 'removed', breaking: true },
    ],
    [
      'a renamed trigger',
      (document) => Object.assign(document, { webhooks: { arrived: document.webhooks.born } }),
      { subject: { kind: 'trigger', name: 'arrived' }, change: 'changed', formerName: 'born', in: ['name'] },
    ],
  ])('reports %s', (_, edit, expected) => {
    const difference = change(edit);
    expect(difference?.changes).toContainEqual(expect.objectContaining({ ...expected, text: expect.any(String) }));
    expect(difference?.counts.breaking).toBe(difference?.changes.filter(({ breaking }) => breaking).length);
  });

  it('lists actions with the targets of their requests', () => {
    const difference = change(({ paths }) => {
      const { '/pets': pets, '/pets/{id}': pet } = paths;
      Object.assign(pet.get, { summary: 'Get a pet' });
      Object.assign(paths, { '/animals': { get: { ...pets.post, operationId: 'listAnimals' } }, '/pets': {} });
    });
    expect(difference).toMatchObject({
      added: [{ name: 'listAnimals', method: 'GET', path: '/animals' }],
      removed: [{ name: 'addPet', method: 'POST', path: '/pets' }],
      changed: [{ name: 'getPet', method: 'GET', path: '/pets/{{ param.id }}', changes: ['summary'] }],
    });
  });

  it('H2: is bounded in size', () => {
    const edited = structuredClone(PETS);
    Object.assign(
      edited.paths,
      Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`/p${n}`, edited.paths['/pets']])),
    );
    const { difference } = checkBytes(Buffer.from(JSON.stringify(edited)), () => undefined, imported(PETS));
    expect(difference?.changes).toHaveLength(500);
    const { added = 0, removed = 0, changed = 0 } = difference?.counts ?? {};
    expect(difference?.omitted).toBe(added + removed + changed - 500);
  });
});
