import { describe, expect, it } from 'vitest';
import { told, yaml } from '../../../test/import/document-messages.js';

const OK = 'responses: { 200: { description: fine } }';

/** Errors of the structure, operations and paths, with their exact messages. */
const FAULTY: readonly (readonly [what: string, document: string, messages: readonly string[]])[] = [
  [
    'several members that are missing or too many',
    yaml({ info: '{ title: Pets }', paths: '\n  /pets:\n    get: { responses: { 200: {} } }', rest: 'servr: []' }),
    [
      'warning: "version" is missing; it is taken without. @ /info (line 2, column 1)',
      'warning: "description" of a response is missing; nothing is lost by that, but other readers may refuse the file. @ /paths/~1pets/get/responses/200 (line 5, column 25)',
      'warning: "servr" is not known here; it is ignored. @ /servr (line 7, column 1)',
    ],
  ],
  [
    'nothing to do in 3.1',
    'openapi: 3.1.0\ninfo: { title: a, version: b }',
    [
      'error: "paths", "components" and "webhooks" are missing: there is nothing to make actions of. @ line 1, column 1',
    ],
  ],
  [
    'no paths in 3.0',
    '{"openapi": "3.0.0", "info": {"title": "a", "version": "b"}}',
    ['error: "paths" is missing: there is nothing to make actions of. @ line 1, column 1'],
  ],
  [
    'a type that is none',
    yaml({ openapi: '3.0.3', rest: 'components:\n  schemas:\n    Pet:\n      type: strin' }),
    [
      'warning: "type" must be one of "array", "boolean", "integer", "number", "object", "string", but is "strin"; it is taken into the definition as written. @ /components/schemas/Pet/type (line 8, column 7)',
    ],
  ],
  [
    'a list where an object belongs',
    yaml({ rest: 'tags: {}' }),
    ['warning: "tags" must be a list, but is an object; it is ignored. @ /tags (line 5, column 1)'],
  ],
  [
    'a name that a component must not have',
    yaml({ rest: 'components:\n  schemas:\n    Pet Shop: {}' }),
    [
      'warning: Names of components have letters, digits, ".", "-" and "_" only; these are taken all the same. @ /components/schemas/Pet Shop (line 7, column 5)',
    ],
  ],
  [
    'operations with the same id',
    yaml({
      paths: `\n  /a:\n    get: { operationId: list, ${OK} }\n    put: { operationId: list, ${OK} }`,
      rest: `webhooks:\n  w:\n    post: { operationId: list, ${OK} }`,
    }),
    [
      'warning: The operationId "list" is given to 3 operations; the names of their actions get method and path added. @ /paths/~1a/get/operationId (line 5, column 12) @ /paths/~1a/put/operationId (line 6, column 12) @ /webhooks/w/post/operationId (line 10, column 13)',
      'info: Some operations got another name than their operationId: names are unique and consist of letters, digits, _, - and $. @ list: list_get_a (line 5, column 12) @ list: list_put_a (line 6, column 12)',
    ],
  ],
  [
    'a place in a path without a parameter, for the one operation that lacks it',
    yaml({
      paths: `\n  /pets/{id}:\n    get: { parameters: [{ name: id, in: path, required: true, schema: {} }], ${OK} }\n    put: { ${OK} }`,
    }),
    [
      'warning: Some paths have a parameter that is not declared; it is taken as a string. @ put_pets_id: id (line 6, column 5)',
    ],
  ],
  [
    'two places in a path without parameters, at one operation',
    yaml({ paths: `\n  /pets/{id}/{toy}:\n    get: { ${OK} }` }),
    [
      'warning: Some paths have a parameter that is not declared; it is taken as a string. @ get_pets_id_toy: id (line 5, column 5) @ get_pets_id_toy: toy (line 5, column 5)',
    ],
  ],
  [
    'an error of the structure where we have only a warning',
    yaml({ paths: '\n  /pets/{a}: 5\n  /pets/{b}: {}' }),
    [
      'error: "/pets/{a}" must be an object, but is a number: what it describes cannot be read. @ /paths/~1pets~1{a} (line 4, column 3)',
      'warning: The paths /pets/{a} and /pets/{b} are the same but for the names of their parameters. @ /paths/~1pets~1{a} (line 4, column 3) @ /paths/~1pets~1{b} (line 5, column 3)',
    ],
  ],
  [
    'a path parameter without a place, behind a reference',
    yaml({
      paths: `\n  /pets:\n    parameters:\n      - $ref: '#/components/parameters/Id'\n    get: { ${OK} }`,
      rest: 'components:\n  parameters:\n    Id: { name: id, in: path, required: true, schema: {} }',
    }),
    ['warning: Some path parameters have no place in their path; they are left out. @ get_pets: id (line 7, column 5)'],
  ],
  [
    'a path parameter that is not required, in 3.0',
    yaml({
      openapi: '3.0.3',
      paths: `\n  /{id}:\n    get: { parameters: [{ name: id, in: path, schema: {} }], ${OK} }`,
    }),
    [
      'warning: A path parameter is always required; it is taken as "required: true". @ /paths/~1{id}/get/parameters/0 (line 5, column 25)',
    ],
  ],
  [
    'paths without a slash',
    yaml({ paths: `\n  pets: { get: { ${OK} } }` }),
    ['warning: A path must begin with a slash; it gets one. @ /paths/pets (line 4, column 3)'],
  ],
  [
    'paths that are the same but for names',
    yaml({ paths: '\n  /pets/{id}: {}\n  /pets/{name}: {}' }),
    [
      'warning: The paths /pets/{id} and /pets/{name} are the same but for the names of their parameters. @ /paths/~1pets~1{id} (line 4, column 3) @ /paths/~1pets~1{name} (line 5, column 3)',
    ],
  ],
];

describe('a faulty document', () => {
  it.each(FAULTY)('gets its messages with their positions: %s', (_, document, messages) => {
    expect(told(document)).toEqual(messages);
  });

  it('gets one message for a repeated error, with its first positions and their number', () => {
    const bad = Array.from({ length: 200 }, (_, index) => `\n    S${index}: { type: 1 }`).join('');
    const messages = told(yaml({ openapi: '3.0.3', rest: `components:\n  schemas:${bad}` }));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(
      /^warning: "type" must be a string.* @ \/components\/schemas\/S0\/type \(line 7, column 11\) @ .* @ and 180 more$/,
    );
  });

  it('gets the errors first, and at most a hundred messages', () => {
    const stray = Array.from({ length: 300 }, (_, index) => `stray${index}: 1`).join('\n');
    const messages = told(yaml({ rest: `${stray}\npaths: 1` }).replace('paths: {}\n', ''));
    expect(messages).toHaveLength(100);
    expect(messages[0]).toMatch(/^error: "paths" must be an object, but is a number/);
    expect(messages[99]).toBe('info: There are 202 more messages.');
  });

  it('cannot make the messages large', () => {
    const id = 'x'.repeat(10_000);
    const operations = Array.from(
      { length: 30 },
      (_, index) => `\n  /${index}: { get: { operationId: ${id}, ${OK} } }`,
    );
    const messages = told(yaml({ paths: operations.join('') }));
    expect(messages).toHaveLength(2);
    expect(messages.join('').length).toBeLessThan(20_000);
    expect(messages[0]).toMatch(/ @ \/paths\/~119\/get\/operationId \(line 23, column 17\) @ and 10 more$/);
  });
});

describe('a valid document', () => {
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
    expect(told(yaml({ paths })).filter((message) => message.startsWith('error'))).toEqual([]);
  });

  it('may be OpenAPI 3.2, with its new members', () => {
    const paths = `\n  /a:\n    query: { ${OK} }\n    additionalOperations:\n      COPY: { ${OK} }`;
    expect(told(yaml({ openapi: '3.2.0', paths, rest: '$self: https://example.com/a' }))).toEqual([
      'warning: Operations of methods that connectors do not have are left out. @ COPY /a (line 4, column 3) @ query /a (line 4, column 3)',
    ]);
  });
});
