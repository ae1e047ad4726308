import { describe, expect, it } from 'vitest';
import { told, yaml } from './told.js';

const schema = (text: string, openapi = '3.1.0'): string =>
  yaml({ openapi, rest: `components:\n  schemas:\n    Other: {}\n    Pet:\n      ${text}` });
const examples = (text: string): string =>
  yaml({ rest: `components:\n  examples:\n    A: ${text}\n    B: { value: { $ref: nowhere } }` });
const PLACE = '/components/schemas/Pet/$ref (line 8, column 7)';

describe('a reference', () => {
  it.each([
    ['to nothing', '#/components/schemas/Pat', 'error: The reference #/components/schemas/Pat leads nowhere.'],
    ['to what every object has', '#/constructor', 'error: The reference #/constructor leads nowhere.'],
    ['to no anchor', '#Pat', 'error: The reference #Pat leads nowhere.'],
    ['to itself', '#/components/schemas/Pet', 'error: The reference #/components/schemas/Pet leads only to itself.'],
    [
      'to a file beside it',
      './pets.yaml#/Pet',
      'error: The reference ./pets.yaml#/Pet leads to another file, but only this one was uploaded.',
    ],
    [
      'to a file of this machine',
      'file:///etc/passwd',
      'error: The reference file:///etc/passwd leads to another file, but only this one was uploaded.',
    ],
    [
      'to the network',
      'http://169.254.169.254/x',
      'warning: The reference http://169.254.169.254/x leads to another document; it is not followed.',
    ],
    [
      'to the network without a scheme',
      '//example.com/x',
      'warning: The reference //example.com/x leads to another document; it is not followed.',
    ],
  ])('is told where it stands when it leads %s', (_, reference, message) => {
    expect(told(schema(`$ref: '${reference}'`))).toEqual([`${message} @ ${PLACE}`]);
  });

  it('in a circle of others is told for each of them', () => {
    const circle =
      "components:\n  schemas:\n    A: { $ref: '#/components/schemas/B' }\n    B: { $ref: '#/components/schemas/A' }";
    expect(told(yaml({ rest: circle }))).toEqual([
      'error: The reference #/components/schemas/B leads only to itself. @ /components/schemas/A/$ref (line 6, column 10)',
      'error: The reference #/components/schemas/A leads only to itself. @ /components/schemas/B/$ref (line 7, column 10)',
    ]);
  });

  it('is found wherever one may stand', () => {
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
    const places = told(document).map((message) => / @ (\S+)/.exec(message)?.[1]);
    expect(places).toEqual([
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
    ]);
  });
});

describe('what is no fault', () => {
  it.each([
    ['a circle through a property', "properties: { child: { $ref: '#/components/schemas/Pet' } }"],
    ['a reference to the whole document', "properties: { all: { $ref: '#' } }"],
    ['an encoded reference', "$ref: '#/components/schemas/%4fther'"],
    ['an example', "example: { $ref: '#/nowhere' }"],
    ['examples', "examples: [{ $ref: '#/nowhere' }]"],
    ['a default', "default: { $ref: '#/nowhere' }"],
    ['an enum', "enum: [{ $ref: '#/nowhere' }]"],
    ['a const', "const: { $ref: '#/nowhere' }"],
    ['an extension', "x-old: { $ref: '#/nowhere' }"],
    ['a property of that name', 'properties: { $ref: { type: string } }'],
    [
      'a mapping of a discriminator',
      "discriminator: { propertyName: kind, mapping: { cat: '#/nowhere', dog: dog.yaml } }",
    ],
    ['an anchor', "{ $anchor: pet, properties: { child: { $ref: '#pet' } } }"],
    ['a dynamic anchor', "{ $dynamicAnchor: node, properties: { child: { $dynamicRef: '#node' } } }"],
    [
      'a schema with an identifier',
      "{ $id: https://example.com/pet, $defs: { A: {} }, properties: { a: { $ref: '#/$defs/A' } } }",
    ],
    ['the identifier of another schema', '{ $id: https://example.com/pet.json, items: { $ref: pet.json } }'],
  ])('is no reference to nowhere: %s', (_, text) => {
    expect(told(schema(text))).toEqual([]);
  });

  it('an example that is an object of OpenAPI may be a reference, its value is data', () => {
    expect(told(examples("{ $ref: '#/components/examples/B' }"))).toEqual([]);
    expect(told(examples("{ $ref: '#/components/examples/C' }"))).toHaveLength(1);
  });

  it('what stands behind an alias or a merge is told at the nearest place in the text', () => {
    const text = yaml({
      rest: "x-a: &a { $ref: '#/nowhere' }\ncomponents:\n  schemas:\n    A: *a\n    B:\n      <<: *a",
    });
    expect(told(text)).toEqual([
      'error: The reference #/nowhere leads nowhere. @ /components/schemas/A/$ref (line 7, column 5)',
      'error: The reference #/nowhere leads nowhere. @ /components/schemas/B/$ref (line 8, column 5)',
    ]);
  });
});
