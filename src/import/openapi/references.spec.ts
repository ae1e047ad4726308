import { describe, expect, it } from 'vitest';
import { OpenApiDocument } from './document.js';
import { told, yaml } from '../../../test/import/document-messages.js';

const schema = (text: string, openapi = '3.1.0'): string =>
  yaml({ openapi, rest: `components:\n  schemas:\n    Other: {}\n    Pet:\n      ${text}` });
const OK = 'responses: { 200: { description: fine } }';
const FILES =
  'error: Some references lead to other files, but only this one was uploaded. Bundle the files into one first, for example with "npx @redocly/cli bundle". @ {} (line 9, column 7)';
const examples = (text: string): string =>
  yaml({ rest: `components:\n  examples:\n    A: ${text}\n    B: { value: { $ref: nowhere } }` });

const PLACE = '/components/schemas/Pet/$ref (line 9, column 7)';
const HOLE = 'leads nowhere; there anything is allowed.';

describe('a reference', () => {
  it.each([
    [
      'to nothing',
      '#/components/schemas/Othr',
      `warning: The reference #/components/schemas/Othr ${HOLE} Did you mean #/components/schemas/Other? @ ${PLACE}`,
    ],
    ['to what every object has', '#/constructor', `warning: The reference #/constructor ${HOLE} @ ${PLACE}`],
    ['to no anchor', '#Pat', `warning: The reference #Pat ${HOLE} @ ${PLACE}`],
    [
      'to itself',
      '#/components/schemas/Pet',
      `error: The reference #/components/schemas/Pet leads only to itself. @ ${PLACE}`,
    ],
    ['to a file beside it', './pets.yaml#/Pet', FILES],
    ['to a file of this machine', 'file:///etc/passwd', FILES],
    [
      'to the network',
      'http://169.254.169.254/x',
      `warning: The reference http://169.254.169.254/x leads to another document; it is not followed, and what it describes is missing. @ ${PLACE}`,
    ],
    [
      'to the network without a scheme',
      '//example.com/x',
      `warning: The reference //example.com/x leads to another document; it is not followed, and what it describes is missing. @ ${PLACE}`,
    ],
  ])('is reported at its position when it leads %s', (_, reference, message) => {
    expect(told(schema(`$ref: '${reference}'`))).toEqual([message.replace('{}', reference)]);
  });

  it.each([
    ['a parameter', `{ parameters: [{ $ref: '#/nowhere' }], ${OK} }`, '/parameters/0/$ref'],
    ['a body', `{ requestBody: { $ref: '#/nowhere' }, ${OK} }`, '/requestBody/$ref'],
    ['a response', "{ responses: { 200: { $ref: '#/nowhere' } } }", '/responses/200/$ref'],
    ['the operation itself', "{ $ref: '#/nowhere' }", '/$ref'],
  ])('is an error where its absence would change an operation: %s', (_, operation, place) => {
    const [message, ...more] = told(yaml({ paths: `\n  /a: { get: ${operation} }` }));
    expect(message).toMatch(/^error: The reference #\/nowhere leads nowhere\. @ /);
    expect(message).toContain(`/paths/~1a/get${place} (line 4`);
    expect(more).toEqual([]);
  });

  it('in a cycle is reported for each reference in it', () => {
    const circle =
      "components:\n  schemas:\n    A: { $ref: '#/components/schemas/B' }\n    B: { $ref: '#/components/schemas/A' }";
    expect(told(yaml({ rest: circle }))).toEqual([
      'error: The reference #/components/schemas/B leads only to itself. @ /components/schemas/A/$ref (line 7, column 10)',
      'error: The reference #/components/schemas/A leads only to itself. @ /components/schemas/B/$ref (line 8, column 10)',
    ]);
  });

  it('to the wrong kind of component is reported with both kinds', () => {
    const parameter = "{ parameters: [{ $ref: '#/components/schemas/Pet' }], responses: { 200: { description: a } } }";
    const lines = told(
      yaml({ paths: `\n  /a: { get: ${parameter} }`, rest: 'components: { schemas: { Pet: { type: object } } }' }),
    );
    expect(lines).toContain(
      'warning: The reference #/components/schemas/Pet leads to one of the schemas, where one of the parameters is expected; what it describes may be missing. @ /paths/~1a/get/parameters/0/$ref (line 4, column 31)',
    );
  });

  it('through another reference is followed, as in bundlers', () => {
    const paths = `
  /a: { get: { responses: { 200: { $ref: '#/components/responses/A' } } } }
  /b: { get: { responses: { 200: { $ref: '#/paths/~1a/get/responses/200' }, 400: { $ref: '#/components/x' } } } }`;
    const rest = 'components: { responses: { A: { description: a } }, x-more: 1 }';
    expect(told(yaml({ paths, rest })).filter((line) => line.includes('~1b'))).toEqual([
      expect.stringContaining('The reference #/components/x leads nowhere.'),
    ]);
  });

  it('in a chain of 20,000 takes linear time', () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, n) => [`S${n}`, { $ref: `#/components/schemas/S${n + 1}` }]),
    );
    const document = new OpenApiDocument({ openapi: '3.1.0', components: { schemas: { ...schemas, S20000: {} } } });
    let steps = 0;
    const find = document.find.bind(document);
    document.find = (...reference) => {
      steps += 1;
      return find(...reference);
    };
    for (const step of Object.values(schemas)) expect(document.follow(step)?.value).toEqual({});
    expect(steps).toBe(20_000);
  });

  it('is found wherever OpenAPI allows one', () => {
    const nowhere = "{ $ref: '#/nowhere' }";
    const document = yaml({
      paths: `
  /a:
    parameters: [${nowhere}]
    post:
      requestBody: { content: { a/b: { schema: { items: ${nowhere} }, examples: { e: ${nowhere} } } } }
      responses: { 200: { description: a, headers: { H: ${nowhere} }, links: { l: ${nowhere} } }, 400: ${nowhere} }
      callbacks: { c: { '{$url}': { get: { responses: { 200: ${nowhere} } } } }, d: ${nowhere} }
  /b: ${nowhere}`,
      rest: `components:\n  securitySchemes: { s: ${nowhere} }\n  schemas: { S: { properties: { p: ${nowhere} }, allOf: [{ not: ${nowhere} }] } }`,
    });
    const places = told(document)
      .filter((message) => message.includes('#/nowhere'))
      .flatMap((message) => message.split(' @ ').slice(1))
      .map((place) => place.replace(/ .*/, ''));
    expect(new Set(places)).toEqual(
      new Set([
        '/paths/~1a/parameters/0/$ref',
        '/paths/~1a/post/requestBody/content/a~1b/schema/items/$ref',
        '/paths/~1a/post/requestBody/content/a~1b/examples/e/$ref',
        '/paths/~1a/post/responses/200/headers/H/$ref',
        '/paths/~1a/post/responses/200/links/l/$ref',
        '/paths/~1a/post/responses/400/$ref',
        '/paths/~1a/post/callbacks/c/{$url}/get/responses/200/$ref',
        '/paths/~1a/post/callbacks/d/$ref',
        '/paths/~1b/$ref',
        '/components/securitySchemes/s/$ref',
        '/components/schemas/S/properties/p/$ref',
        '/components/schemas/S/allOf/0/not/$ref',
      ]),
    );
    expect(places).toHaveLength(12);
  });
});

describe('valid documents', () => {
  it.each([
    ['a circle through a property', "properties: { child: { $ref: '#/components/schemas/Pet' } }"],
    ['an encoded reference', "$ref: '#/components/schemas/%4fther'"],
    ['an example', "example: { $ref: '#/nowhere' }"],
    ['examples', "examples: [{ $ref: '#/nowhere' }]"],
    ['a default', "default: { $ref: '#/nowhere' }"],
    ['an enum', "enum: [{ $ref: '#/nowhere' }]"],
    ['a const', "const: { $ref: '#/nowhere' }"],
    ['an extension', "x-old: { $ref: '#/nowhere' }"],
    ['a property of that name', 'properties: { $ref: { type: string } }'],
    ['an anchor', "{ $anchor: pet, properties: { child: { $ref: '#pet' } } }"],
    ['a dynamic anchor', "{ $dynamicAnchor: node, properties: { child: { $dynamicRef: '#node' } } }"],
    [
      'a schema with an identifier',
      "{ $id: https://example.com/pet, $defs: { A: {} }, properties: { a: { $ref: '#/$defs/A' } } }",
    ],
    ['the identifier of another schema', '{ $id: https://example.com/pet.json, items: { $ref: pet.json } }'],
  ])('are not reported as unresolved: %s', (_, text) => {
    expect(told(schema(text))).toEqual([]);
  });

  it('an Example Object may be a reference, but its value is data', () => {
    expect(told(examples("{ $ref: '#/components/examples/B' }"))).toEqual([]);
    expect(told(examples("{ $ref: '#/components/examples/C' }"))).toHaveLength(1);
  });

  it('a message about an aliased or merged value has the nearest position in the text', () => {
    const text = yaml({
      rest: "x-a: &a { $ref: '#/nowhere' }\ncomponents:\n  schemas:\n    A: *a\n    B:\n      <<: *a",
    });
    expect(told(text)).toEqual([
      'warning: The reference #/nowhere leads nowhere; there anything is allowed. @ /components/schemas/A/$ref (line 8, column 5) @ /components/schemas/B/$ref (line 9, column 5)',
    ]);
  });

  it('a reference to the whole document is not a schema, and is reported to allow anything', () => {
    expect(told(schema("properties: { all: { $ref: '#' } }"))).toEqual([
      'warning: Some schemas refer to the whole document, which is no schema; there they allow anything. @ #',
    ]);
  });

  it('a discriminator mapping is a reference', () => {
    const mapping = "{ cat: '#/nowhere', dog: dog.yaml, other: Other, same: '#/components/schemas/Other' }";
    expect(told(schema(`discriminator: { propertyName: kind, mapping: ${mapping} }`))).toEqual(
      [
        ['#/nowhere', 'cat', 55],
        ['dog.yaml', 'dog', 73],
      ].map(
        ([target, key, column]) =>
          `warning: The discriminator maps to ${target}, which is no schema of the document: data of that kind is not described. @ /components/schemas/Pet/discriminator/mapping/${key} (line 9, column ${column})`,
      ),
    );
  });
});
