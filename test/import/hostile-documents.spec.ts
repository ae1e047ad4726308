import { describe, expect, it } from 'vitest';
import { convertDocument } from '../../src/import/openapi/conversion.js';
import { Diagnostics } from '../../src/import/openapi/diagnostics.js';
import { OpenApiDocument } from '../../src/import/openapi/document.js';
import { Effort } from '../../src/import/openapi/effort.js';
import { MAX_PLAN_BYTES, MAX_STEPS, MAX_URL } from '../../src/import/openapi/limits.js';
import { checked, yaml } from './document-messages.js';

const HEAD = { openapi: '3.1.0', info: { title: 'Pets', version: '1' } };
const SERVERS = [{ url: 'https://api.example.com' }];
const responses = { 200: { description: 'a' } };

/** The number of steps of a document's conversion. */
function stepsOf(document: object): number {
  const effort = new Effort();
  convertDocument(new OpenApiDocument({ ...HEAD, servers: SERVERS, ...document }), new Diagnostics(), effort);
  return effort.steps;
}

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

describe('H2: the size of a preview is bounded for a document', () => {
  it('whose server has 20,000 variables with a long value', () => {
    const server = {
      url: `https://api.example.com/${'{a}'.repeat(20_000)}`,
      variables: { a: { default: 'x'.repeat(20_000) } },
    };
    const { plan, told } = checked(JSON.stringify({ ...HEAD, servers: [server], paths: {} }));
    expect(plan?.connector.baseUrl).toBe('');
    expect(told).toContainEqual(expect.stringContaining(`longer than ${MAX_URL} characters`));
    expect(JSON.stringify(plan).length + told.join('').length).toBeLessThan(2_000);
  });

  it('whose variable values are too long only together', () => {
    const server = { url: 'https://a.example/{a}{a}{a}', variables: { a: { default: 'x'.repeat(1_000) } } };
    expect(checked(JSON.stringify({ ...HEAD, servers: [server], paths: {} })).plan?.connector.baseUrl).toBe('');
  });

  it('whose URL is 0.4 MB of slashes', () => {
    const server = { url: `https://api.example.com${'/'.repeat(400_000)}` };
    expect(checked(JSON.stringify({ ...HEAD, servers: [server], paths: {} })).plan?.connector.baseUrl).toBe('');
  });

  it('that repeats one long string by aliases', () => {
    const paths = many(60, (n) => `\n  /p${n}: { get: { description: *text, responses: {} } }`).join('');
    const text = yaml({ paths: paths, rest: '' }).replace('paths:', `x-text: &text ${'y'.repeat(1_000_000)}\npaths:`);
    const { plan, told } = checked(text);
    expect(plan?.counts.actions).toBe(60);
    expect(Buffer.byteLength(JSON.stringify(plan))).toBeLessThan(MAX_PLAN_BYTES * 1.1);
    expect(told).toContainEqual(
      expect.stringMatching(/^info: The preview lists no more than \d+ bytes; 5\d entries of its lists are left out\./),
    );
  });

  it('that repeats it beyond the document limit', () => {
    const text = yaml({ rest: `x-a: &a ${'y'.repeat(1_000_000)}\nx-b: [${many(100, () => '*a').join(', ')}]` });
    expect(checked(text).told).toEqual([expect.stringMatching(/^error: The document holds more than \d+ characters/)]);
  });
});

describe('H1: the number of steps is linear in the size of the document', () => {
  const operations = { get: { responses }, put: { responses }, post: { responses } };

  it('with 3,000 variables in a path and 20,000 parameters', () => {
    const path = many(3_000, (n) => `/{h${n}}`).join('');
    const parameters = many(20_000, (n) => ({ name: `p${n}`, in: 'path', required: true, schema: {} }));
    const steps = stepsOf({ paths: { [path]: { parameters, ...operations } } });
    expect(steps).toBeLessThan(3 * (3_000 + 4 * 20_000));
  });

  it('with nested alternatives', () => {
    const schemas = Object.fromEntries(
      many(12, (n) => [`A${n}`, { anyOf: many(10, () => ({ $ref: `#/components/schemas/A${n + 1}` })) }]),
    );
    const parameter = { name: 'q', in: 'query', schema: { $ref: '#/components/schemas/A0' } };
    const paths = { '/a': { get: { parameters: [parameter], responses } } };
    expect(stepsOf({ paths, components: { schemas } })).toBeLessThan(1_000);
  });

  it('and limited if references expand it beyond what can be imported', () => {
    const item = { parameters: many(1_000, (n) => ({ name: `p${n}`, in: 'query', schema: {} })), ...operations };
    const paths = Object.fromEntries(many(5_000, (n) => [`/p${n}`, { $ref: '#/components/pathItems/P' }]));
    const { plan, told } = checked(
      JSON.stringify({ ...HEAD, servers: SERVERS, paths, components: { pathItems: { P: item } } }),
    );
    expect(plan).toBeUndefined();
    expect(told[0]).toBe(
      'error: The document stands for more than can be imported: its references multiply what it says.',
    );
    expect(5_000 * 3 * 1_000).toBeGreaterThan(MAX_STEPS);
  });
});

describe('H2: the number of messages is bounded', () => {
  it('for a list with nearly a million errors', () => {
    const { told } = checked(JSON.stringify({ ...HEAD, servers: SERVERS, paths: {}, tags: many(990_000, () => 1) }));
    expect(told).toEqual([
      expect.stringMatching(
        /^warning: A value of "tags" must be an object, but is a number; it is ignored\. @ \/tags\/0 /,
      ),
    ]);
  });

  it('for 30,000 unresolved references', () => {
    const schemas = Object.fromEntries(many(30_000, (n) => [`S${n}`, { $ref: `#/components/schemas/T${n}` }]));
    const { told } = checked(JSON.stringify({ ...HEAD, servers: SERVERS, paths: {}, components: { schemas } }));
    expect(told).toHaveLength(100);
    expect(told.at(-1)).toMatch(/^info: There are 29\d\d\d more messages\.$/);
  });

  it('for many objects with many errors, of which at most 10,000 are collected', () => {
    const schemas = Object.fromEntries(many(3_000, (n) => [`S${n}`, { type: 1, title: 2, pattern: 3, format: 4 }]));
    const { told } = checked(JSON.stringify({ ...HEAD, servers: SERVERS, paths: {}, components: { schemas } }));
    expect(told).toContainEqual('info: After 10000 faults the structure was not checked further.');
  });
});
