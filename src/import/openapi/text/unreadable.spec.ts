import { describe, expect, it } from 'vitest';
import { type CheckedDocument, checkBytes } from '../../check/check.js';
import { Diagnostics } from '../diagnostics.js';
import { parse } from './parse.js';
import { NO_SERVER, checked, told, yaml } from '../../../../test/import/document-messages.js';

/** Unreadable documents and their messages. */
const UNREADABLE: readonly (readonly [what: string, document: string | Buffer, message: string])[] = [
  ['an empty file', '', 'error: The file is empty.'],
  ['blanks', ' \n\t', 'error: The file is empty.'],
  ['nothing but a byte order mark and a comment', '\ufeff# later\n', 'error: The file is empty.'],
  ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 'error: The file is encoded in UTF-16; save it as UTF-8.'],
  [
    'UTF-16 without a mark',
    Buffer.from('{"a":1}', 'utf16le'),
    'error: The file is encoded in UTF-16; save it as UTF-8.',
  ],
  ['UTF-32', Buffer.from('fffe0000', 'hex'), 'error: The file is encoded in UTF-32; save it as UTF-8.'],
  [
    'Latin-1',
    Buffer.from('openapi: 3.1.0\ninfo: café\n', 'latin1'),
    'error: The file is not valid UTF-8: byte 25 (line 2, column 10) is invalid. Save it as UTF-8.',
  ],
  ['a web page', '<!DOCTYPE html>\n<html></html>', 'error: The file is a web page or XML, not an OpenAPI document.'],
  [
    'JSON without a comma',
    '{"openapi":"3.1.0"\n "info":{}}',
    'error: This is not valid JSON: expected "," or "}". @ line 2, column 2',
  ],
  [
    'JSON that ends too early',
    '{"a": [1,',
    'error: This is not valid JSON: expected a value, but the file ends; it is probably not complete. @ line 1, column 10',
  ],
  [
    'JSON with a second value',
    '{"a": 1}\n{"b": 2}',
    'error: This is not valid JSON: expected nothing after the end. @ line 2, column 1',
  ],
  [
    'JSON with a line break in a text',
    '{"a": "b\n"}x',
    'error: This is not valid JSON: expected the end of the string. @ line 1, column 9',
  ],
  [
    'YAML with a colon too much',
    'a: b: c',
    'error: This is not valid YAML: the indentation is wrong, or a value with ": ", "@" or "`" needs quotes. @ line 1, column 5',
  ],
  [
    'YAML with a key twice',
    'info:\n  title: a\n  title: b',
    'error: The key "title" is given twice in one object; parsers disagree which one counts. Keep one of them. @ line 3, column 3',
  ],
  [
    'YAML with an unknown alias',
    'info: *nobody',
    'error: This is not valid YAML: unidentified alias "nobody". @ line 1, column 8',
  ],
  [
    'YAML with a tag that makes code',
    'a: !!js/function f',
    'error: This is not valid YAML for JSON data: the tag js/function is unknown; remove it. @ line 1, column 4',
  ],
  [
    'several YAML documents',
    'a: 1\n---\nb: 2',
    'error: The file holds several YAML documents (separated by ---); send one of them.',
  ],
  [
    'a sentence',
    'hello',
    'error: The document must be an object with "openapi", "info" and "paths". @ line 1, column 1',
  ],
  ['a list', '[1]', 'error: The document must be an object, but is a list. @ line 1, column 1'],
  [
    'Swagger 1',
    'swaggerVersion: "1.2"',
    'error: This is Swagger 1; convert it to OpenAPI 3 first. @ /swaggerVersion (line 1, column 1)',
  ],
  [
    'Swagger of another version',
    'swagger: "3.0"',
    'error: Swagger "3.0" is not known here; 2.0 is. @ line 1, column 1',
  ],
  [
    'RAML',
    '#%RAML 1.0\ntitle: a',
    'error: This is RAML; only OpenAPI can be imported. Convert it to OpenAPI 3 first. @ line 1, column 1',
  ],
  [
    'an Overlay',
    'overlay: 1.0.0\nactions: []',
    'error: This is an OpenAPI Overlay; apply it to its document first, and import the result. @ /overlay (line 1, column 1)',
  ],
  [
    'a HAR file',
    '{"log": {"entries": []}}',
    'error: This is a HAR file, a record of requests; only OpenAPI can be imported. @ /log (line 1, column 2)',
  ],
  ['a PNG', Buffer.from('89504e470d0a1a0a', 'hex'), 'error: The file is a PNG image; upload an OpenAPI document.'],
  [
    'no version',
    'info: {}',
    'error: This is not an OpenAPI document: "openapi" is missing, which gives the version. @ line 1, column 1',
  ],
  [
    'a version to come',
    'openapi: 3.3.0',
    'error: OpenAPI "3.3.0" is not known here; 3.0, 3.1 and 3.2 are. @ /openapi (line 1, column 1)',
  ],
];

describe('a document that cannot be read', () => {
  it.each(UNREADABLE)('gets one message that identifies it: %s', (_, document, message) => {
    expect(told(document)).toEqual([message]);
  });
});

describe('the format of a document', () => {
  it('is detected from its content, with or without a byte order mark', () => {
    const servers = [{ url: 'https://api.example.com' }];
    const document = { openapi: '3.2.0', info: { title: 'Pets', version: '1' }, servers, paths: {} };
    for (const mark of ['', '\ufeff']) {
      expect(written(mark + JSON.stringify(document))).toEqual({ written: 'json', openapi: '3.2.0', messages: [] });
      expect(written(mark + yaml({}))).toEqual({ written: 'yaml', openapi: '3.1.0', messages: [] });
    }
  });

  it('may be JSON with comments, which are skipped and reported', () => {
    const text = '{"openapi": "3.0.0", /* a */ "info": {"title": "Pets", "version": "1"}, "paths": {}, // b\n}';
    expect(written(text).written).toBe('json');
    expect(told(text).filter((line) => line !== NO_SERVER)).toEqual([
      'warning: JSON has no comments; these were skipped. Remove them: other readers, the platform among them, may refuse the file. @ line 1, column 22 @ line 1, column 86',
      'warning: JSON has no comma before an end; these were skipped. Remove them: other readers, the platform among them, may refuse the file. @ line 1, column 84',
    ]);
  });

  it('may be YAML flow style, which is reported where it looks like JSON', () => {
    const text = "{'openapi': '3.0.0', info: {title: Pets, version: '1'}, paths: {}}";
    expect(written(text).written).toBe('yaml');
    expect(told(text).filter((line) => line !== NO_SERVER)).toEqual([
      'warning: This is not valid JSON: expected a key in double quotes. It was read as YAML instead. @ line 1, column 2',
    ]);
  });

  it('is not YAML if JavaScript comments would become part of its keys', () => {
    const text = "{openapi: '3.0.0', info: {title: Pets, version: '1'}, paths: {\n  // all of them\n  /pets: {}}}";
    expect(told(text)).toEqual(['error: This is not valid JSON: expected a key in double quotes. @ line 1, column 2']);
  });

  it('a duplicate key is reported with both positions', () => {
    const text = '{"openapi": "3.0.0", "info": {"title": "Pets", "version": "1"},\n"paths": {},\n "p\\u0061ths": {}}';
    expect(told(text).filter((line) => line !== NO_SERVER)).toEqual([
      'error: The key "paths" is given twice in one object; parsers disagree which one counts. Keep one of them. @ line 3, column 2 @ line 2, column 1',
    ]);
  });

  it.each([
    ['half a version', 'openapi: "3.1"', '3.1'],
    ['a number', 'openapi: 3.1', '3.1'],
    ['a number without its zero', 'openapi: 3.0', '3.0'],
  ])('may state its version as %s, which is reported', (_, version, meant) => {
    const [message] = told(yaml({}).replace('openapi: 3.1.0', version));
    expect(message).toMatch(/^warning: The version of OpenAPI is a string of three numbers; it is read as/);
    expect(message).toContain(`"${meant}.0"`);
  });

  it('preserves numbers that a double cannot represent, in JSON and YAML', () => {
    const log = new Diagnostics();
    for (const text of ['{"a": 9223372036854775807, "b": 0.12345678901234567890}', 'a: 9223372036854775807']) {
      const { root } = parse(Buffer.from(text), log);
      expect(JSON.stringify(root)).toContain('"a":9223372036854775807');
    }
    expect(JSON.stringify(parse(Buffer.from('{"b": 0.12345678901234567890}'), log).root)).toBe(
      '{"b":0.12345678901234567890}',
    );
  });
});

describe('Swagger 2.0', () => {
  const swagger = `swagger: '2.0'
info: { title: Pets, version: '1' }
host: api.example.com
basePath: /v1
schemes: [https]
paths:
  /pets:
    post:
      operationId: addPet
      consumes: [application/json]
      parameters: [{ in: body, name: pet, required: true, schema: { $ref: '#/definitions/Pat' } }]
      responses: { 201: { description: made, schema: { $ref: '#/definitions/Pet' } } }
definitions: { Pet: { type: object, properties: { id: { type: string, format: int } } } }
`;

  it('is converted and reported, with positions in the original file', () => {
    const { told: lines, plan } = checked(swagger);
    expect(lines).toEqual([
      'warning: This is Swagger 2.0. It is read as OpenAPI 3.0 after a conversion; the platform gets the file as it is and may refuse it. Then convert it before the import, for example in the Swagger Editor. @ /swagger (line 1, column 1)',
      expect.stringMatching(
        /^warning: The reference #\/components\/schemas\/Pat leads nowhere; .* Did you mean .*Pet\?/,
      ),
    ]);
    expect(lines[1]).toMatch(/\(line 8, column 5\)$/);
    expect(plan?.connector.baseUrl).toBe('https://api.example.com/v1');
    expect(plan?.actions).toMatchObject([
      { name: 'addPet', requestBody: 'addPet_request, required', responses: ['201: Pet'] },
    ]);
    expect(written(swagger).openapi).toBe('2.0');
  });
});

function written(text: string): CheckedDocument {
  return checkBytes(Buffer.from(text), () => undefined).document;
}
