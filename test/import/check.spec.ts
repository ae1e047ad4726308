import { describe, expect, it } from 'vitest';
import { told, yaml } from './told.js';

const OK = 'responses: { 200: { description: fine } }';

/** Faults of the structure, of operations and of paths, and exactly what is told. */
const FAULTY: readonly (readonly [what: string, document: string, messages: readonly string[]])[] = [
  [
    'several members that are missing or too many',
    yaml({ info: '{ title: Pets }', paths: '\n  /pets:\n    get: { responses: { 200: {} } }', rest: 'servr: []' }),
    [
      'error: "version" is missing. @ /info (line 2, column 1)',
      'error: "description" is missing. @ /paths/~1pets/get/responses/200 (line 5, column 25)',
      'error: "servr" is not allowed here. @ /servr (line 6, column 1)',
    ],
  ],
  [
    'nothing to do in 3.1',
    'openapi: 3.1.0\ninfo: { title: a, version: b }',
    ['error: "paths", "components" or "webhooks" is missing. @ line 1, column 1'],
  ],
  [
    'no paths in 3.0',
    '{"openapi": "3.0.0", "info": {"title": "a", "version": "b"}}',
    ['error: "paths" is missing. @ line 1, column 1'],
  ],
  [
    'a type that is none',
    yaml({ openapi: '3.0.3', rest: 'components:\n  schemas:\n    Pet:\n      type: strin' }),
    [
      'error: Must be one of these: array, boolean, integer, number, object, string. @ /components/schemas/Pet/type (line 7, column 7)',
    ],
  ],
  [
    'a list where an object belongs',
    yaml({ rest: 'tags: {}' }),
    ['error: Must be array, but is object. @ /tags (line 4, column 1)'],
  ],
  [
    'a name that a component must not have',
    yaml({ rest: 'components:\n  schemas:\n    Pet Shop: {}' }),
    [
      'error: The name "Pet Shop" may only have letters, digits, ".", "-" and "_". @ /components/schemas/Pet Shop (line 6, column 5)',
    ],
  ],
  [
    'an address of mail that is none, which does not keep anybody from importing',
    yaml({ openapi: '3.0.3', info: '{ title: a, version: b, contact: { email: me } }' }),
    ['warning: Is no valid email. @ /info/contact/email (line 2, column 42)'],
  ],
  [
    'operations with the same id',
    yaml({
      paths: `\n  /a:\n    get: { operationId: list, ${OK} }\n    put: { operationId: list, ${OK} }`,
      rest: `webhooks:\n  w:\n    post: { operationId: list, ${OK} }`,
    }),
    [
      'error: The operationId "list" belongs to 3 operations. @ /paths/~1a/get/operationId (line 5, column 12)' +
        ' @ /paths/~1a/put/operationId (line 6, column 12) @ /webhooks/w/post/operationId (line 9, column 13)',
    ],
  ],
  [
    'a place in a path without a parameter, for the one operation that lacks it',
    yaml({
      paths: `\n  /pets/{id}:\n    get: { parameters: [{ name: id, in: path, required: true, schema: {} }], ${OK} }\n    put: { ${OK} }`,
    }),
    [
      'error: The path has a place for "id", but no path parameter of that name is declared. @ /paths/~1pets~1{id}/put (line 6, column 5)',
    ],
  ],
  [
    'two places in a path without parameters, at one operation',
    yaml({ paths: `\n  /pets/{id}/{toy}:\n    get: { ${OK} }` }),
    [
      'error: The path has a place for "id", but no path parameter of that name is declared. @ /paths/~1pets~1{id}~1{toy}/get (line 5, column 5)',
      'error: The path has a place for "toy", but no path parameter of that name is declared. @ /paths/~1pets~1{id}~1{toy}/get (line 5, column 5)',
    ],
  ],
  [
    'an error of the structure where we have only a warning',
    yaml({ paths: '\n  /pets/{a}: 5\n  /pets/{b}: {}' }),
    [
      'error: Must be object, but is number. @ /paths/~1pets~1{a} (line 4, column 3)',
      'warning: The paths /pets/{a} and /pets/{b} are the same but for the names of their parameters. @ /paths/~1pets~1{a} (line 4, column 3) @ /paths/~1pets~1{b} (line 5, column 3)',
    ],
  ],
  [
    'a path parameter without a place, behind a reference',
    yaml({
      paths: `\n  /pets:\n    parameters:\n      - $ref: '#/components/parameters/Id'\n    get: { ${OK} }`,
      rest: 'components:\n  parameters:\n    Id: { name: id, in: path, required: true, schema: {} }',
    }),
    ['error: The path parameter "id" has no place in the path /pets. @ /paths/~1pets/parameters/0 (line 6, column 9)'],
  ],
  [
    'a path parameter that is not required, in 3.0',
    yaml({
      openapi: '3.0.3',
      paths: `\n  /{id}:\n    get: { parameters: [{ name: id, in: path, schema: {} }], ${OK} }`,
    }),
    ['error: A path parameter must say "required: true". @ /paths/~1{id}/get/parameters/0/in (line 5, column 37)'],
  ],
  [
    'paths without a slash',
    yaml({ paths: '\n  pets: {}' }),
    ['error: The path pets must begin with a slash. @ /paths/pets (line 4, column 3)'],
  ],
  [
    'paths that are the same but for names',
    yaml({ paths: '\n  /pets/{id}: {}\n  /pets/{name}: {}' }),
    [
      'warning: The paths /pets/{id} and /pets/{name} are the same but for the names of their parameters.' +
        ' @ /paths/~1pets~1{id} (line 4, column 3) @ /paths/~1pets~1{name} (line 5, column 3)',
    ],
  ],
];

describe('a faulty document', () => {
  it.each(FAULTY)('is told where: %s', (_, document, messages) => {
    expect(told(document)).toEqual(messages);
  });

  it('is told the errors before the warnings, and the first hundred of many', () => {
    const bad = Array.from({ length: 200 }, (_, index) => `\n    S${index}: { type: 1 }`).join('');
    const messages = told(
      yaml({
        openapi: '3.0.3',
        info: '{ title: a, version: b, contact: { email: me } }',
        rest: `components:\n  schemas:${bad}`,
      }),
    );
    expect(messages).toHaveLength(100);
    expect(messages[0]).toMatch(/^error: .* @ \/components\/schemas\/S0\/type \(line 6, column 11\)$/);
    expect(messages[98]).toMatch(/^error: .* @ \/components\/schemas\/S98\/type \(line 104, column 12\)$/);
    expect(messages[99]).toBe('info: There are 102 more messages.');
  });

  it('does not blow up what is told about it', () => {
    const id = 'x'.repeat(10_000);
    const operations = Array.from(
      { length: 30 },
      (_, index) => `\n  /${index}: { get: { operationId: ${id}, ${OK} } }`,
    );
    const [message = '', ...more] = told(yaml({ paths: operations.join('') }));
    expect(more).toEqual([]);
    expect(message.length).toBeLessThan(2_000);
    expect(message).toMatch(/ @ \/paths\/~19\/get\/operationId \(line 13, column 16\) @ and 20 more$/);
  });
});

describe('a document that is right', () => {
  it.each([
    [
      'parameters of the path for all operations',
      `\n  /a/{id}:\n    parameters: [{ name: id, in: path, required: true, schema: {} }]\n    get: { ${OK} }`,
    ],
    ['a path without operations', '\n  /a/{id}: {}'],
    ['a place in the query', `\n  /a?b={b}: { get: { ${OK} } }`],
    [
      'the rest of a path, as API gateways write it',
      `\n  /{proxy+}: { get: { parameters: [{ name: proxy, in: path, required: true, schema: {} }], ${OK} } }`,
    ],
    [
      'a parameter in another document',
      `\n  /{id}: { get: { parameters: [{ $ref: 'https://example.com/p.yaml' }], ${OK} } }`,
    ],
    ['extensions among paths', '\n  x-notes: { $ref: nothing }'],
    ['numbers as keys', `\n  /a: { get: { responses: { 200: { description: a }, 4XX: { description: b } } } }`],
  ])('has no error: %s', (_, paths) => {
    expect(told(yaml({ paths })).filter((message) => !message.startsWith('warning'))).toEqual([]);
  });

  it('may be OpenAPI 3.2, with its new members', () => {
    const paths = `\n  /a:\n    query: { ${OK} }\n    additionalOperations:\n      COPY: { ${OK} }`;
    expect(told(yaml({ openapi: '3.2.0', paths, rest: '$self: https://example.com/a' }))).toEqual([]);
  });
});
