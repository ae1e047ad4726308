import { describe, expect, it } from 'vitest';
import { type CheckedDocument, checkBytes } from '../../src/import/check/check.js';
import { told, yaml } from './told.js';

/** Documents of which nothing can be read, and what is told. */
const UNREADABLE: readonly (readonly [what: string, document: string | Buffer, message: string])[] = [
  ['an empty file', '', 'error: The file is empty.'],
  ['blanks', ' \n\t', 'error: The file is empty.'],
  ['nothing but a byte order mark and a comment', '\ufeff# later\n', 'error: The file is empty.'],
  ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 'error: The file is written in UTF-16; save it as UTF-8.'],
  [
    'UTF-16 without a mark',
    Buffer.from('{"a":1}', 'utf16le'),
    'error: The file is written in UTF-16; save it as UTF-8.',
  ],
  ['UTF-32', Buffer.from('fffe0000', 'hex'), 'error: The file is written in UTF-32; save it as UTF-8.'],
  [
    'Latin-1',
    Buffer.from('openapi: 3.1.0\ninfo: café\n', 'latin1'),
    'error: The file is not valid UTF-8: byte 25 (line 2, column 10) does not belong there.',
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
    'error: This is not valid JSON: expected a value, but the file ends. @ line 1, column 10',
  ],
  [
    'JSON with a second value',
    '{"a": 1}\n{"b": 2}',
    'error: This is not valid JSON: expected nothing after the end. @ line 2, column 1',
  ],
  [
    'JSON with a line break in a text',
    '{"a": "b\n"}x',
    'error: This is not valid JSON: expected the end of the text in quotes. @ line 1, column 9',
  ],
  [
    'YAML with a colon too much',
    'a: b: c',
    'error: This is not valid YAML: bad indentation of a mapping entry. @ line 1, column 5',
  ],
  [
    'YAML with a key twice',
    'info:\n  title: a\n  title: b',
    'error: This is not valid YAML: duplicated mapping key. @ line 3, column 3',
  ],
  [
    'YAML with an unknown alias',
    'info: *nobody',
    'error: This is not valid YAML: unidentified alias "nobody". @ line 1, column 8',
  ],
  [
    'YAML with a tag that makes code',
    'a: !!js/function f',
    'error: This is not valid YAML: unknown scalar tag !<tag:yaml.org,2002:js/function>. @ line 1, column 4',
  ],
  [
    'several YAML documents',
    'a: 1\n---\nb: 2',
    'error: The file holds several YAML documents (separated by ---); send one of them.',
  ],
  ['a sentence', 'hello', 'error: The document must be an object. @ line 1, column 1'],
  ['a list', '[1]', 'error: The document must be an object. @ line 1, column 1'],
  [
    'Swagger 2',
    'swagger: "2.0"',
    'error: Swagger 2 cannot be imported yet; convert it to OpenAPI 3 first. @ /swagger (line 1, column 1)',
  ],
  [
    'Swagger 2, as a number',
    '{\n  "swagger": 2.0}',
    'error: Swagger 2 cannot be imported yet; convert it to OpenAPI 3 first. @ /swagger (line 2, column 3)',
  ],
  [
    'no version',
    'info: {}',
    'error: This is not an OpenAPI document: "openapi" is missing, which tells the version. @ line 1, column 1',
  ],
  [
    'a version that YAML takes for a number',
    'openapi: 3.1',
    'error: The version of OpenAPI must be text; write it in quotes, such as "3.1.0". @ /openapi (line 1, column 1)',
  ],
  [
    'half a version',
    'openapi: "3.1"',
    'error: The version of OpenAPI has three parts; write "3.1.0". @ /openapi (line 1, column 1)',
  ],
  [
    'a version to come',
    'openapi: 3.3.0',
    'error: OpenAPI "3.3.0" is not known here; 3.0, 3.1 and 3.2 are. @ /openapi (line 1, column 1)',
  ],
];

describe('a document that cannot be read', () => {
  it.each(UNREADABLE)('is told what it is: %s', (_, document, message) => {
    expect(told(document)).toEqual([message]);
  });
});

describe('how a document is written', () => {
  it('is found in its text, with or without a byte order mark', () => {
    const document = { openapi: '3.2.0', info: { title: 'Pets', version: '1' }, paths: {} };
    for (const mark of ['', '\ufeff']) {
      expect(written(mark + JSON.stringify(document))).toEqual({ written: 'json', openapi: '3.2.0', messages: [] });
      expect(written(mark + yaml({}))).toEqual({ written: 'yaml', openapi: '3.1.0', messages: [] });
    }
  });

  it('may be YAML in braces, which is told when it was nearly JSON', () => {
    const text = '{"openapi": "3.0.0", "info": {"title": "Pets", "version": "1"}, "paths": {},\n}';
    expect(written(text).written).toBe('yaml');
    expect(told(text)).toEqual([
      'warning: This is not valid JSON: expected a key in double quotes. It was read as YAML instead. @ line 2, column 1',
    ]);
  });

  it('a key that stands twice in an object is told with both places', () => {
    const text = '{"openapi": "3.0.0", "info": {"title": "Pets", "version": "1"},\n"paths": {},\n "p\\u0061ths": {}}';
    expect(told(text)).toEqual([
      'error: The key "paths" stands twice in one object. @ line 3, column 2 @ line 2, column 1',
    ]);
  });
});

function written(text: string): CheckedDocument {
  return checkBytes(Buffer.from(text), () => undefined).document;
}
