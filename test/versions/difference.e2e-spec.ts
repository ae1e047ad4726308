import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problem.js';
import { actionOf, definitionOf, linkTo, type StoredVersion, triggerOf, versionOf } from './paged.platform.js';
import { VersionGateway } from './version.gateway.js';

let versions: VersionGateway;

beforeAll(async () => {
  versions = await VersionGateway.start();
});
afterAll(() => versions.close());

const body = (name: string, version: string) => ({ required: true, definitions: [linkTo(name, version)] });
const urlOf = (name: string, version: string): string => String(definitionOf(name, version)['url']);

/** The same version under another name, with other ids and URLs, as after a copy. */
function shop(version: string, changes: { order?: object; parameter?: object } = {}): StoredVersion {
  const parameters = [{ name: 'q', in: 'query', type: 'string', required: false }, changes.parameter ?? []].flat();
  return {
    version: versionOf(version),
    actions: [
      actionOf('PlaceOrder', {
        id: `PLACE${version}`,
        method: 'POST',
        parameters,
        requestBody: body('Order', version),
      }),
    ],
    triggers: [triggerOf('OrderPlaced', { id: `PLACED${version}` })],
    definitions: [definitionOf('Order', version), definitionOf('Line', version)],
    schemas: {
      '01DEFINITIONOrder.json': {
        type: 'object',
        properties: { lines: { type: 'array', items: { $ref: urlOf('Line', version) } } },
        ...changes.order,
      },
      '01DEFINITIONLine.json': { type: 'object', properties: { default: { $ref: urlOf('Order', version) } } },
    },
  };
}

const many = (version: string, text: string): StoredVersion => ({
  version: versionOf(version),
  actions: Array.from({ length: 1_200 }, (_, i) => actionOf(`A${i}`, { path: `/${text.repeat(300)}/${i}` })),
});

describe('D4: the difference between two versions of the platform', () => {
  it('is empty between a version and its copy', async () => {
    versions.serve({ versions: { '1.0.0': shop('1.0.0'), '1.1.0': shop('1.1.0') } });
    expect(await versions.difference('1.1.0', '1.0.0')).toEqual({
      from: '1.0.0',
      to: '1.1.0',
      changes: [],
      counts: { added: 0, removed: 0, changed: 0, breaking: 0 },
      omitted: 0,
      unchanged: 4,
      complete: true,
    });
  });

  it('lists changes, and which of them are breaking and why', async () => {
    const parameter = { name: 'region', in: 'header', type: 'string', required: true };
    const after = {
      ...shop('2.0.0', { parameter, order: { required: ['lines'] } }),
      triggers: [triggerOf('OrderGone')],
    };
    versions.serve({ versions: { '1.0.0': shop('1.0.0'), '2.0.0': { ...after, triggers: [] } } });
    const difference = await versions.difference('2.0.0', '1.0.0');
    expect(difference).toMatchObject({
      changes: [
        {
          subject: { kind: 'action', name: 'PlaceOrder' },
          change: 'changed',
          in: ['parameters'],
          breaking: true,
          text: 'Required parameter region (header) was added; a value must be given.',
        },
        { subject: { kind: 'trigger', name: 'OrderPlaced' }, change: 'removed', breaking: true },
        {
          subject: { kind: 'definition', name: 'Order' },
          change: 'changed',
          in: ['schema'],
          breaking: true,
          details: [
            { in: 'schema', breaking: true, text: 'lines is required now. What was valid may now be refused.' },
          ],
        },
      ],
      counts: { added: 0, removed: 1, changed: 2, breaking: 3 },
      unchanged: 1,
      complete: true,
    });
    const backwards = await versions.difference('1.0.0', '2.0.0', '&kind=definition');
    expect(backwards).toMatchObject({
      changes: [{ subject: { name: 'Order' }, breaking: false }],
      counts: { added: 1, changed: 2 },
      omitted: 0,
    });
  });

  it('accepts aliases on both sides', async () => {
    versions.serve({
      versions: { '1.0.0': shop('1.0.0'), '1.1.0': shop('1.1.0'), default: shop('1.0.0'), latest: shop('1.1.0') },
    });
    expect(await versions.difference('latest', 'default')).toMatchObject({
      from: '1.0.0',
      to: '1.1.0',
      complete: true,
    });
  });

  it('fetches schemas only from the platform, regardless of their URLs', async () => {
    const evil = shop('2.0.0');
    const definitions = [
      { ...definitionOf('Order'), url: 'https://evil.example/steal/01DEFINITIONOrder.json' },
      { ...definitionOf('Line'), url: 'https://platform.example/%2e%2e' },
    ];
    versions.serve({ versions: { '1.0.0': shop('1.0.0'), '2.0.0': { ...evil, definitions } } });
    await versions.difference('2.0.0', '1.0.0');
    expect(versions.asked.filter((target) => target.startsWith('schemas/shop/2.0.0/')).toSorted()).toEqual([
      'schemas/shop/2.0.0/01DEFINITIONLine.json',
      'schemas/shop/2.0.0/01DEFINITIONOrder.json',
    ]);
  });

  it('returns the platform’s 404 for an unknown version, and refuses a query without one', async () => {
    versions.serve({ versions: { '1.0.0': shop('1.0.0') } });
    expectProblem(await versions.ask('1.0.0/difference?from=9'), 404, 'not_found');
    expectProblem(await versions.ask('9/difference?from=1.0.0'), 404, 'not_found');
    for (const query of ['', '?from=', '?from=..', '?from=a%2Fb', '?from=1.0.0&kind=connection'])
      expectProblem(await versions.ask(`1.0.0/difference${query}`), 400, 'invalid_request');
  });

  it('reports an unreadable schema, and does not count its definition as unchanged', async () => {
    const { schemas, ...rest } = shop('1.1.0');
    const { '01DEFINITIONLine.json': _gone, ...left } = schemas ?? {};
    versions.serve({ versions: { '1.0.0': shop('1.0.0'), '1.1.0': { ...rest, schemas: left } } });
    expect(await versions.difference('1.1.0', '1.0.0')).toMatchObject({
      changes: [],
      unchanged: 3,
      complete: false,
      missing: [{ version: '1.1.0', part: 'schema', name: 'Line', code: 'not_found' }],
    });
  });

  it('H2: is bounded for any number of changes', async () => {
    versions.serve({ versions: { a: many('a', 'a'), b: many('b', 'b') } });
    const answer = await versions.ask('b/difference?from=a');
    const { changes, omitted } = answer.body as { changes: unknown[]; omitted: number };
    expect(answer.body).toMatchObject({ counts: { changed: 1_200 }, complete: true });
    expect(changes.length + omitted).toBe(1_200);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(300_000);
  });
});
