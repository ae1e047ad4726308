import { describe, expect, it } from 'vitest';
import type { Change } from './change.js';
import { compareVersions } from './version.comparison.js';
import type { Definition, Endpoint, Parameter, VersionContent } from './version.content.js';

const link = (name: string) => ({ definition: { name } });
const parameter = (changes: Partial<Parameter> = {}): Parameter => ({
  name: 'q',
  in: 'query',
  type: 'string',
  required: false,
  ...changes,
});
const action = (changes: Partial<Endpoint> = {}): Endpoint => ({
  name: 'PlaceOrder',
  method: 'POST',
  path: '/orders',
  parameters: [],
  requestBody: { required: true, definitions: [link('Order')] },
  responses: [{ status: 201, definitions: [link('Receipt')] }],
  ...changes,
});
const definition = (
  name: string,
  schema: unknown = { type: 'object' },
  changes: Partial<Definition> = {},
): Definition => ({
  name,
  accept: ['application/json'],
  schema,
  ...changes,
});
const version = (changes: Partial<VersionContent> = {}): VersionContent => ({
  actions: [action()],
  triggers: [],
  definitions: [definition('Order'), definition('Receipt')],
  ...changes,
});

const only = (before: VersionContent, after: VersionContent): Change => {
  const { changes } = compareVersions(before, after);
  expect(changes).toHaveLength(1);
  return changes[0] as Change;
};
const object = (properties: object, required: string[] = []) => ({ type: 'object', properties, required });

const deep = (levels: number): unknown => {
  let schema: unknown = { type: 'string' };
  for (let i = 0; i < levels; i++) schema = { type: 'array', items: schema };
  return schema;
};
const orderChange = (before: unknown, after: unknown) =>
  only(
    version({ definitions: [definition('Order', before), definition('Receipt')] }),
    version({ definitions: [definition('Order', after), definition('Receipt')] }),
  );

describe('D4: the difference between two versions', () => {
  it('is empty for the same lists in another order', () => {
    const one = version({
      definitions: [definition('Order', object({ a: { type: 'string' }, b: {} }, ['a', 'b'])), definition('Receipt')],
    });
    const other = version({
      definitions: [definition('Receipt'), definition('Order', object({ b: {}, a: { type: 'string' } }, ['b', 'a']))],
    });
    expect(compareVersions(one, one)).toEqual({ changes: [], unchanged: 3, uncompared: [] });
    expect(compareVersions(one, other).changes.filter(({ breaking }) => breaking)).toEqual([]);
  });

  it('lists what was added and removed', () => {
    const after = version({ actions: [], triggers: [action({ name: 'OrderPlaced' })] });
    expect(compareVersions(version(), after).changes).toMatchObject([
      { subject: { kind: 'action', name: 'PlaceOrder' }, change: 'removed', breaking: true },
      { subject: { kind: 'trigger', name: 'OrderPlaced' }, change: 'added', breaking: false },
    ]);
  });

  const actions: [string, Partial<Endpoint>, Partial<Endpoint>, string, boolean][] = [
    ['a required parameter added', {}, { parameters: [parameter({ required: true })] }, 'parameters', true],
    ['one with a default', {}, { parameters: [parameter({ required: true, default: 1 })] }, 'parameters', false],
    ['an optional parameter added', {}, { parameters: [parameter()] }, 'parameters', false],
    ['a parameter removed', { parameters: [parameter()] }, {}, 'parameters', true],
    [
      'one required now',
      { parameters: [parameter()] },
      { parameters: [parameter({ required: true })] },
      'parameters',
      true,
    ],
    [
      'one optional now',
      { parameters: [parameter({ required: true })] },
      { parameters: [parameter()] },
      'parameters',
      false,
    ],
    [
      'type narrowed',
      { parameters: [parameter({ type: 'number' })] },
      { parameters: [parameter({ type: 'integer' })] },
      'parameters',
      true,
    ],
    [
      'type widened',
      { parameters: [parameter({ type: 'integer' })] },
      { parameters: [parameter({ type: 'number' })] },
      'parameters',
      false,
    ],
    [
      'type replaced',
      { parameters: [parameter()] },
      { parameters: [parameter({ type: 'boolean' })] },
      'parameters',
      true,
    ],
    [
      'a default changed',
      { parameters: [parameter({ default: 1 })] },
      { parameters: [parameter({ default: 2 })] },
      'parameters',
      true,
    ],
    [
      'a default added',
      { parameters: [parameter()] },
      { parameters: [parameter({ default: 2 })] },
      'parameters',
      false,
    ],
    ['a method changed', {}, { method: 'PUT' }, 'method', true],
    ['a path changed', {}, { path: '/v2/orders' }, 'path', true],
    ['a summary changed', {}, { summary: 'Place an order' }, 'summary', false],
    ['a body removed', {}, { requestBody: undefined }, 'requestBody', true],
    ['a required body added', { requestBody: undefined }, {}, 'requestBody', true],
    [
      'a body optional now',
      {},
      { requestBody: { required: false, definitions: [link('Order')] } },
      'requestBody',
      false,
    ],
    [
      'a body with one more form',
      {},
      { requestBody: { required: true, definitions: [link('Order'), link('Receipt')] } },
      'requestBody',
      false,
    ],
    ['an answer removed', {}, { responses: [] }, 'responses', true],
    [
      'an answer with one more form',
      {},
      { responses: [{ status: 201, definitions: [link('Receipt'), link('Order')] }] },
      'responses',
      true,
    ],
    [
      'an answer added',
      {},
      { responses: [...action().responses, { status: 404, definitions: [] }] },
      'responses',
      false,
    ],
    [
      'a description of another definition, which allows the same',
      {},
      { requestBody: { required: true, definitions: [link('Receipt')] } },
      'requestBody',
      false,
    ],
  ];
  it.each(actions)('of an action: %s', (_title, before, after, member, breaking) => {
    const change = only(version({ actions: [action(before)] }), version({ actions: [action(after)] }));
    expect(change).toMatchObject({ change: 'changed', in: [member], breaking });
    expect(change.details?.every(({ text }) => text.endsWith('.'))).toBe(true);
  });

  it('pairs an action with the only one that sends the same request, and reports it as renamed', () => {
    const change = only(version(), version({ actions: [action({ name: 'CreateOrder' })] }));
    expect(change).toMatchObject({
      subject: { name: 'CreateOrder' },
      formerName: 'PlaceOrder',
      in: ['name'],
      breaking: true,
    });
  });

  it('pairs nothing if several send the same request', () => {
    const before = version({ actions: [action(), action({ name: 'PlaceOrderAgain' })] });
    const after = version({ actions: [action({ name: 'A' }), action({ name: 'B' })] });
    expect(compareVersions(before, after).changes.map(({ change }) => change)).toEqual([
      'removed',
      'removed',
      'added',
      'added',
    ]);
  });

  // [title, before, after, breaking as input, breaking as output]
  const schemas: [string, unknown, unknown, boolean, boolean][] = [
    ['a type replaced', object({ a: { type: 'string' } }), object({ a: { type: 'integer' } }), true, true],
    ['a type narrowed', object({ a: { type: ['string', 'null'] } }), object({ a: { type: 'string' } }), true, false],
    ['a type widened', object({ a: { type: 'integer' } }), object({ a: { type: 'number' } }), false, true],
    ['nullable', object({ a: { type: 'string' } }), object({ a: { type: 'string', nullable: true } }), false, true],
    ['a property added', object({}), object({ a: {} }), false, false],
    ['a required property added', object({}), object({ a: {} }, ['a']), true, false],
    ['a property removed', object({ a: {} }), object({}), true, true],
    ['a property required now', object({ a: {} }), object({ a: {} }, ['a']), true, false],
    ['a property optional now', object({ a: {} }, ['a']), object({ a: {} }), false, true],
    ['a value of an enum removed', { enum: ['a', 'b'] }, { enum: ['a'] }, true, false],
    ['a value of an enum added', { enum: ['a'] }, { enum: ['a', 'b'] }, false, true],
    ['a bound tightened', { type: 'string', maxLength: 9 }, { type: 'string', maxLength: 5 }, true, false],
    ['a bound loosened', { type: 'number', minimum: 3 }, { type: 'number', minimum: 1 }, false, true],
    ['a pattern replaced', { type: 'string', pattern: 'a' }, { type: 'string', pattern: 'b' }, true, true],
    [
      'items changed',
      { type: 'array', items: { type: 'string' } },
      { type: 'array', items: { type: 'boolean' } },
      true,
      true,
    ],
    ['further members forbidden', object({}), { ...object({}), additionalProperties: false }, true, false],
    ['further members allowed', { ...object({}), additionalProperties: false }, object({}), false, false],
    [
      'the type of further members',
      { additionalProperties: { type: 'string' } },
      { additionalProperties: { type: 'number' } },
      true,
      true,
    ],
    [
      'an alternative added',
      { oneOf: [{ type: 'string' }] },
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
      false,
      true,
    ],
    [
      'an alternative removed',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      { anyOf: [{ type: 'string' }] },
      true,
      false,
    ],
    ['an alternative changed', { oneOf: [object({ a: {} })] }, { oneOf: [object({ a: {} }, ['a'])] }, true, false],
    ['another reference', { $ref: '#/$defs/A' }, { $ref: '#/$defs/B' }, true, false],
    ['a reference written out', { $ref: '#/$defs/A' }, object({ a: { type: 'string' } }), false, false],
    [
      'the parts of an allOf written out',
      { allOf: [{ $ref: '#/$defs/A' }, object({ b: {} })] },
      object({ a: { type: 'string' }, b: {} }),
      false,
      false,
    ],
    [
      'a part of an allOf added',
      { allOf: [{ $ref: '#/$defs/A' }] },
      { allOf: [{ $ref: '#/$defs/A' }, object({ b: {} }, ['b'])] },
      true,
      false,
    ],
    [
      'a reference to itself',
      { $defs: { N: object({ n: { $ref: '#/$defs/N' } }) }, $ref: '#/$defs/N' },
      { $defs: { N: object({ n: { $ref: '#/$defs/N' } }, ['n']) }, $ref: '#/$defs/N' },
      true,
      false,
    ],
    [
      'a keyword that is not known',
      { type: 'string', not: { const: 'a' } },
      { type: 'string', not: { const: 'b' } },
      true,
      true,
    ],
    ['a description changed', { type: 'string', description: 'a' }, { type: 'string', description: 'b' }, false, false],
  ];
  const used = [
    definition('A', object({ a: { type: 'string' } })),
    definition('B', object({ a: { type: 'string' } }, ['a'])),
  ];
  const uses = { input: 'Order', output: 'Receipt' };
  const cases = schemas.flatMap(([title, before, after, asInput, asOutput]) => [
    [title, 'input', before, after, asInput] as const,
    [title, 'output', before, after, asOutput] as const,
  ]);
  it.each(cases)('of a schema: %s, as %s', (_title, use, before, after, breaking) => {
    const others = [definition(use === 'input' ? 'Receipt' : 'Order'), ...used];
    const change = only(
      version({ definitions: [definition(uses[use], before), ...others] }),
      version({ definitions: [definition(uses[use], after), ...others] }),
    );
    expect(change).toMatchObject({ subject: { kind: 'definition', name: uses[use] }, in: ['schema'], breaking });
  });

  it('derives the direction of a definition from the definitions that reference it', () => {
    const order = definition('Order', object({ lines: { type: 'array', items: { $ref: '#/$defs/Line' } } }));
    const before = version({ definitions: [order, definition('Receipt'), definition('Line', object({ n: {} }))] });
    const after = version({
      definitions: [order, definition('Receipt'), definition('Line', object({ n: {} }, ['n']))],
    });
    expect(only(before, after)).toMatchObject({ subject: { name: 'Line' }, breaking: true });
    expect(only(after, before)).toMatchObject({ subject: { name: 'Line' }, breaking: false });
  });

  it('lists definitions with an unknown schema separately, not as unchanged', () => {
    const one = version({ definitions: [definition('Order', undefined), definition('Receipt')] });
    const unknown = { ...one, definitions: one.definitions.map(({ schema: _schema, ...rest }) => rest) };
    expect(compareVersions(one, unknown)).toEqual({ changes: [], unchanged: 1, uncompared: ['Order', 'Receipt'] });
  });

  it('compares oversized schemas as a whole, and terminates', () => {
    expect(orderChange(deep(200), deep(201))).toMatchObject({ breaking: true, in: ['schema'] });
    expect(orderChange(deep(20_000), deep(3))).toMatchObject({ breaking: true, in: ['schema'] });
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`p${i}`, {}]));
    const { details, text } = orderChange(object({}), object(many, ['p499']));
    expect(details?.[0]?.text).toContain('And 400 more');
    expect(details).toHaveLength(20);
    expect(text.length).toBeLessThan(1_000);
  });
});
