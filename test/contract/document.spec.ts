import type { OpenAPIObject } from '@nestjs/swagger';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accepts } from '../../src/contract/validation/accept.js';
import { type Dto, isUnion, validationsOf } from '../../src/contract/validation/metadata.js';
import { EXAMPLES } from '../../src/docs/examples.js';
import { operationsOf, type Schema, schemasOf } from '../../src/docs/operations.js';
import { OPERATIONS } from '../operations/operation.table.js';
import { isOfPlatform } from '../operations/own.paths.js';
import { told } from './fault-messages.js';
import { VALID } from './valid-requests.js';

const WRITER = 'dist/src/docs/write-document.js';
const text = readFileSync('docs/openapi.json', 'utf8');
const document = JSON.parse(text) as OpenAPIObject;
const operations = operationsOf(document);
const schemas = schemasOf(document);

/** The class and the schema of each part of a request with a schema in the document. */
const described = [...new Set(VALID.map(([dto]) => dto))].flatMap((dto): [string, Dto, Schema][] => {
  const schema = schemas[dto.name];
  return schema === undefined || isUnion(dto) ? [] : [[dto.name, dto, schema]];
});

interface Answer {
  readonly content: { readonly 'application/problem+json': { readonly schema: { oneOf?: { $ref: string }[] } } };
}

/** The schema of a problem with one code. */
interface Coded {
  readonly allOf: [object, { properties: Record<'type' | 'status' | 'code', { enum: [string | number] }> }];
}

describe('docs/openapi.json', () => {
  // Not compared with toBe: a diff of the two documents would be too long to read.
  it(`F2: is what the built gateway generates, and so is docs/errors.md (if not, build and run: node ${WRITER})`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'openapi-'));
    execFileSync(process.execPath, [WRITER, join(directory, 'openapi.json')], { env: {} });
    const isSame = ['openapi.json', 'errors.md'].map(
      (name) => readFileSync(join(directory, name), 'utf8') === readFileSync(join('docs', name), 'utf8'),
    );
    rmSync(directory, { recursive: true });
    expect(isSame).toEqual([true, true]);
  });

  it('has the platform operations of the operation table, each with a unique id', () => {
    const paths = Object.entries(document.paths).filter(([path]) => isOfPlatform(path));
    expect(operationsOf({ ...document, paths: Object.fromEntries(paths) })).toHaveLength(OPERATIONS.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });

  it('has a summary for each operation, and a description for each parameter', () => {
    for (const operation of operations) {
      expect(operation.summary).toMatch(/^[A-Z].+\.$/);
      for (const parameter of operation.parameters ?? []) expect(parameter).toHaveProperty('description');
    }
  });

  it('F2: has the status and code of each error of each operation, and no schema that matches any code', () => {
    const shared = document.components?.responses ?? {};
    for (const { operationId, responses } of operations) {
      const errors = Object.entries(responses).filter(([status]) => !/^[23]/.test(status));
      expect(errors.map(([status]) => status)).toEqual(expect.arrayContaining(['400', '414', '421', '431', '500']));
      for (const [status, response] of errors) {
        const answer = response && '$ref' in response ? shared[response.$ref.split('/').at(-1) ?? ''] : response;
        const { schema } = (answer as unknown as Answer).content['application/problem+json'];
        for (const { $ref } of schema.oneOf ?? [schema as { $ref: string }]) {
          const { properties } = (schemas[$ref.split('/').at(-1) ?? ''] as unknown as Coded).allOf[1];
          expect([operationId, properties.status.enum]).toEqual([operationId, [Number(status)]]);
          expect(properties.type.enum).toEqual([`/docs/errors#${properties.code.enum[0]}`]);
        }
      }
    }
  });

  it('describes each path parameter of the platform', () => {
    for (const [path, item] of Object.entries(document.paths).filter(([name]) => name.startsWith('/api/connect/v1/')))
      for (const { parameters = [] } of operationsOf({ ...document, paths: { [path]: item } })) {
        const holes = parameters.flatMap((parameter) =>
          'in' in parameter && parameter.in === 'path' ? parameter.name : [],
        );
        expect(path.match(/[^{]+(?=\})/g) ?? []).toEqual(holes);
      }
  });

  it('describes each member of each schema', () => {
    const members = Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties as object).map(
        ([member, property]) => [`${name}.${member}`, property as Schema] as const,
      ),
    );
    expect(members.filter(([, property]) => !property['description']).map(([member]) => member)).toEqual([]);
  });

  it('has no broken references, and does not mention internals of the gateway', () => {
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(schemas).toHaveProperty(name ?? '');
    expect(text).not.toMatch(/PlatformCall|"Creation"/);
    expect(text).not.toMatch(/"(nullable|x-[a-z-]+)"/);
  });

  it('has a valid example of each body', () => {
    const byName = new Map([...EXAMPLES].map(([dto, example]) => [dto.name, { dto, example }]));
    for (const { requestBody } of operations) {
      if (requestBody === undefined || !('content' in requestBody)) continue;
      const { schema, example } = requestBody.content['application/json'] ?? {};
      const { dto, example: expected } = byName.get((schema as { $ref: string }).$ref.split('/').at(-1) ?? '') ?? {};
      expect(example).toEqual(expected);
      expect(dto && accepts(dto, example, 'closed')).toBe(true);
    }
  });

  it.each(described)(
    'lists the members of %s that the gateway validates, with the same required ones',
    (_, dto, schema) => {
      expect(new Set(Object.keys(schema['properties'] as object))).toEqual(new Set(Object.keys(validationsOf(dto))));
      const demanded = told(dto, {}).filter((fault) => fault.includes(': is missing; ') && !fault.includes('unless'));
      expect(new Set(schema['required'] as string[])).toEqual(new Set(demanded.map((fault) => fault.split(':', 1)[0])));
    },
  );
});
