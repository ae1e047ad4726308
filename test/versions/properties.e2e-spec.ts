import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionOf, connectorOf, definitionOf, linkTo, triggerOf, versionOf } from './paged.platform.js';
import { differenceByScript, messagesByScript, type WholeVersion } from './plain.script.js';
import { VersionGateway } from './version.gateway.js';

type Json = Record<string, unknown>;

let versions: VersionGateway;

beforeAll(async () => {
  versions = await VersionGateway.start();
});
afterAll(() => versions.close());

const severity = fc.constantFrom('error', 'warning', 'info');
const message = fc.record({ text: fc.string({ minLength: 1 }), severity });
const error = fc.record({
  field: fc.string(),
  message: fc.string({ minLength: 1 }),
  severity: fc.constantFrom('error', 'warning'),
});
const errors = fc.option(fc.array(error, { maxLength: 3 }), { nil: undefined });
const NAMES = ['Order', 'Line', 'Price', 'Receipt'];
const links = fc.subarray(NAMES);
const parameter = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  in: fc.constantFrom('query', 'header'),
  required: fc.boolean(),
  type: fc.constantFrom('string', 'number', 'integer', 'boolean'),
});
const endpoint = fc.record(
  {
    name: fc.constantFrom(...Array.from({ length: 150 }, (_, i) => `E${i}`)),
    method: fc.constantFrom('GET', 'POST'),
    summary: fc.constantFrom('one', 'two'),
    parameters: fc.uniqueArray(parameter, { selector: (one) => `${one.in} ${one.name}`, maxLength: 3 }),
    body: fc.record({ required: fc.boolean(), links }),
    responses: fc.uniqueArray(fc.record({ status: fc.constantFrom(200, 404), links }), {
      selector: ({ status }) => status,
    }),
    errors,
  },
  { requiredKeys: ['name', 'method', 'parameters', 'responses'] },
);
const schema = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record({ type: fc.constantFrom('string', 'integer', 'null') }),
    fc.record({ type: fc.constant('string'), enum: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }) }),
    fc.record({ $ref: fc.constantFrom(...NAMES) }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.constantFrom('a', 'b', 'default', '__proto__'), tie('schema'), {
        noNullPrototype: true,
      }),
      required: fc.subarray(['a', 'b']),
    }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
  ),
})).schema;
const content = fc.record({
  messages: fc.array(message, { maxLength: 2 }),
  actions: fc.uniqueArray(endpoint, { selector: ({ name }) => name, maxLength: 140 }),
  triggers: fc.uniqueArray(endpoint, { selector: ({ name }) => name, maxLength: 5 }),
  definitions: fc.tuple(...NAMES.map((name) => fc.record({ name: fc.constant(name), isUsed: fc.boolean(), schema }))),
});
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never;
type Endpoint = Content['actions'][number];

/** All differ from each other, so that none counts as renamed. */
const endpointOf = ({ body, responses, ...rest }: Endpoint, version: string): Json => ({
  ...rest,
  path: `/${rest.name}`,
  parameters: [...rest.parameters, { name: rest.name, in: 'header', required: false, type: 'string' }],
  ...(body && {
    requestBody: { required: body.required, definitions: body.links.map((name) => linkTo(name, version)) },
  }),
  responses: responses.map(({ status, links: names }) => ({
    id: `R${version}${status}`,
    status,
    definitions: names.map((name) => linkTo(name, version)),
  })),
  errors: rest.errors,
});

/** The content as the platform returns it under a version name. */
function write({ messages, actions, triggers, definitions }: Content, version: string): WholeVersion {
  return {
    version: versionOf(version, { messages }),
    actions: actions.map((one) => actionOf(one.name, endpointOf(one, version))),
    triggers: triggers.map((one) => triggerOf(one.name, endpointOf(one, version))),
    definitions: definitions.map(({ name, isUsed }) => definitionOf(name, version, isUsed ? {} : { referencedBy: [] })),
    schemas: Object.fromEntries(
      definitions.map((one) => [`01DEFINITION${one.name}.json`, withUrls(one.schema, version)]),
    ),
  };
}

function withUrls(value: unknown, version: string): unknown {
  const text = JSON.stringify(value).replaceAll(/"\$ref":"(\w+)"/g, (_all, name: string) => {
    return `"$ref":${JSON.stringify(definitionOf(name, version)['url'])}`;
  });
  return JSON.parse(text);
}

describe('results for complete versions', () => {
  it('M1: messages equal those of the reference script over all pages', async () => {
    const configs = fc.array(
      fc.record({
        description: fc.constantFrom('Key', 'Sign-in'),
        validationMessages: fc.array(message, { maxLength: 2 }),
      }),
      { maxLength: 2 },
    );
    await fc.assert(
      fc.asyncProperty(content, configs, async (one, authSchemeConfigs) => {
        const version = write(one, 'v');
        const connector = connectorOf({
          authSchemeConfigs: authSchemeConfigs.map((config, i) => ({
            id: `C${i}`,
            schemeType: 'basic-auth',
            ...config,
          })),
        });
        versions.serve({ connector, versions: { v: version } });
        const answer = await versions.messages('v');
        const expected = messagesByScript(connector, version);
        const all = [...version.actions, ...version.triggers];
        const listed = (answer['messages'] as { text: string; severity: string; subject: Json }[]).map(
          ({ text, severity: how, subject }) => [how, subject['kind'], subject['name'], text].join(' | '),
        );
        expect(answer).toMatchObject({
          complete: true,
          unvalidated: all.filter((entry) => entry['errors'] === undefined).length,
          omitted: Math.max(0, expected.length - 200),
          counts: {
            error: expected.filter((line) => line.startsWith('error')).length,
            warning: expected.filter((line) => line.startsWith('warning')).length,
            info: expected.filter((line) => line.startsWith('info')).length,
          },
        });
        if (expected.length <= 200) expect(listed.toSorted()).toEqual(expected);
        const order = listed.map((line) => ['error', 'warning', 'info'].findIndex((how) => line.startsWith(how)));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }),
      { numRuns: 40 },
    );
  });

  it('D4: differences equal those of the reference script over all pages', async () => {
    let changed = 0;
    const edited = fc.tuple(
      content,
      content,
      fc.array(fc.constantFrom('actions', 'triggers', 'definitions'), { maxLength: 2 }),
    );
    await fc.assert(
      fc.asyncProperty(edited, async ([before, other, replaced]) => {
        const after = { ...before, ...Object.fromEntries(replaced.map((part) => [part, other[part as 'actions']])) };
        const [was, is] = [write(before, '1.0.0'), write(after, '2.0.0')];
        versions.serve({ versions: { '1.0.0': was, '2.0.0': is } });
        const answer = await versions.difference('2.0.0', '1.0.0');
        const listed = (answer['changes'] as { subject: Json; change: string; breaking: boolean; text: string }[]).map(
          ({ subject, change }) => `${String(subject['kind'])} ${String(subject['name'])} ${change}`,
        );
        const expected = differenceByScript(was, is);
        expect(listed.toSorted()).toEqual(expected.changes);
        expect(answer).toMatchObject({ unchanged: expected.unchanged, complete: true, omitted: 0 });
        changed += expected.changes.length;
      }),
      { numRuns: 40 },
    );
    expect(changed).toBeGreaterThan(100);
  });
});
