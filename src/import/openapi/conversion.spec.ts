import { globSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { checkBytes } from '../check/check.js';

type Json = Record<string, unknown>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const FILES = [
  ...globSync('node_modules/@readme/oas-examples/3.*/{json,yaml}/*.{json,yaml}').toSorted(),
  'node_modules/@octokit/openapi/generated/api.github.com.json',
  'node_modules/@octokit/openapi/generated/ghes-3.19.json',
];

const objectAt = (value: Json, name: string): Json => (value[name] ?? {}) as Json;

/** A path item may be a reference. */
function followed(document: Json, item: Json): Json {
  const reference = item['$ref'];
  if (typeof reference !== 'string') return item;
  const names = reference.slice(2).split('/');
  return names.reduce((at, name) => objectAt(at, name.replaceAll('~1', '/').replaceAll('~0', '~')), document);
}

/** The number of operations under a member, counted independently of the conversion. */
function operationsIn(document: Json, member: string): string[] {
  return Object.entries(objectAt(document, member)).flatMap(([path, item]) =>
    METHODS.filter((method) => method in followed(document, item as Json)).map((method) => `${method} ${path}`),
  );
}

describe.each(FILES)('The plan of %s', (file) => {
  const text = readFileSync(file, 'utf8');
  const document = (file.endsWith('.json') ? JSON.parse(text) : load(text)) as Json;
  const { document: checked, plan: planned } = checkBytes(Buffer.from(text), () => undefined);
  const plan = planned ?? { actions: [], triggers: [], definitions: [], authSchemeConfigs: [], counts: undefined };

  it('is created, and its lists match its counts', () => {
    expect(planned?.counts).toEqual({
      actions: plan.actions.length,
      triggers: plan.triggers.length,
      definitions: plan.definitions.length,
      authSchemeConfigs: plan.authSchemeConfigs.length,
    });
  });

  it('has an action for each operation, with a unique name and the same path', () => {
    const expected = operationsIn(document, 'paths').map((target) =>
      target.replaceAll(/\{([^}]+)\}/g, '{{ param.$1 }}'),
    );
    expect(plan.actions.map(({ method, path }) => `${method.toLowerCase()} ${path}`)).toEqual(expected);
    expect(new Set(plan.actions.map(({ name }) => name)).size).toBe(expected.length);
    for (const { name } of plan.actions) expect(name).toMatch(/^[a-zA-Z0-9_\-$]+$/);
  });

  it('has a trigger for each operation of a webhook', () => {
    const expected = [...operationsIn(document, 'webhooks'), ...operationsIn(document, 'x-webhooks')];
    expect(plan.triggers).toHaveLength(expected.length);
  });

  it('has a definition for each named schema, and for each schema that a body references', () => {
    const names = new Set(plan.definitions.map(({ name }) => name));
    expect(names.size).toBe(plan.definitions.length);
    const schemas = Object.keys(objectAt(objectAt(document, 'components'), 'schemas'));
    expect(plan.definitions.length).toBeGreaterThanOrEqual(schemas.length);
    const referred = [...plan.actions, ...plan.triggers].flatMap(({ responses, requestBody }) => [
      ...responses.map((response) => response.replace(/^\w+: /, '')),
      ...(requestBody ? [requestBody.replace(/, required$/, '')] : []),
    ]);
    const missing = referred
      .flatMap((list) => list.split(' or '))
      .filter((name) => name !== 'no body' && !names.has(name));
    expect(missing).toEqual([]);
  });

  it('has an authentication scheme for each security scheme, or reports why not', () => {
    const schemes = Object.keys(objectAt(objectAt(document, 'components'), 'securitySchemes'));
    const leftOut = checked.messages
      .filter(({ text: said }) => said.startsWith('Some security schemes are of a kind'))
      .flatMap(({ detail = [] }) => detail);
    expect(plan.authSchemeConfigs.length + leftOut.length).toBeGreaterThanOrEqual(schemes.length);
  });
});
