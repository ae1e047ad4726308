import createRouter from 'find-my-way';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DEMO_CONNECTOR_ID, DEMO_ORGANISATION_ID } from '../../sandbox/platform/seed/seed.ids.js';
import { seed } from '../../sandbox/platform/seed/seed.js';
import { ROUTES } from '../../sandbox/platform/platform.routes.js';
import { createClock, type Platform } from '../../sandbox/platform/platform.js';
import type { Route } from '../../sandbox/platform/http/route.js';
import { openDatabase } from '../../sandbox/platform/store/database.js';
import { Store } from '../../sandbox/platform/store/store.js';
import { Action } from '../../src/contract/dto/action.dto.js';
import { Connector } from '../../src/contract/dto/connector.dto.js';
import { ConnectorVersion } from '../../src/contract/dto/connector-version.dto.js';
import { Definition } from '../../src/contract/dto/definition.dto.js';
import { PageInfo } from '../../src/contract/dto/page.dto.js';
import { Trigger } from '../../src/contract/dto/trigger.dto.js';
import { departuresOf } from '../../src/contract/validation/departures.js';
import type { Dto } from '../../src/contract/validation/metadata.js';
import { ulid } from 'ulid';

type Json = Record<string, unknown>;

// The sandbox without its server: a hundred thousand answers over HTTP would take minutes.
const database = openDatabase(':memory:');
const platform: Platform = {
  store: new Store(database),
  newId: ulid,
  now: createClock(),
  publicUrl: 'https://platform.example/api/connect/v1',
  ownUrl: 'https://platform.example/api/connect/v1',
};
seed(platform);
const router = createRouter({ maxParamLength: 4_096 });
for (const route of ROUTES) router.on(route.method, route.path, () => undefined, route);
afterAll(() => database.close());

/** A response of the sandbox, as sent over the wire. */
function send(method: 'GET' | 'POST' | 'DELETE', target: string, body?: unknown): Json {
  const [path = '', query = ''] = target.split('?');
  const found = router.find(method, path);
  if (!found) throw new Error(`no route for ${path}`);
  const { params } = found;
  const caller = { email: 'demo@example.com' };
  const call = { platform, caller, params, query: new URLSearchParams(query), body };
  return JSON.parse(JSON.stringify((found.store as Route).answer(call).body ?? null)) as Json;
}

/** The number of responses to check; `ANSWERS=100000` takes half a minute. */
const ANSWERS = Number(process.env['ANSWERS'] ?? 5_000);
const SHOP = `/o/${DEMO_ORGANISATION_ID}/connectors/${DEMO_CONNECTOR_ID}`;
const LISTS: readonly (readonly [string, Dto])[] = [
  ['actions', Action],
  ['triggers', Trigger],
  ['definitions', Definition],
];

const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
const endpointName = fc.stringMatching(/^[a-zA-Z0-9_$-]{1,12}$/);
const links = (names: readonly string[]) =>
  fc.subarray([...names]).map((some) => some.slice(0, 1).map((one) => ({ definition: { name: one } })));
const parameters = (places: readonly string[]) =>
  fc.uniqueArray(
    fc.record(
      {
        name,
        in: fc.constantFrom(...places),
        required: fc.boolean(),
        type: fc.constantFrom('string', 'number', 'integer', 'boolean'),
        default: fc.jsonValue(),
      },
      { requiredKeys: ['name', 'in', 'required', 'type'] },
    ),
    { selector: (one) => `${one.in} ${one.name}`, maxLength: 4 },
  );
const endpoint = (names: readonly string[], places: readonly string[]) =>
  fc.record(
    {
      type: fc.constant('http'),
      name: endpointName,
      summary: fc.string(),
      description: fc.string(),
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'CONNECT', 'TRACE'),
      parameters: parameters(places),
      requestBody: fc.record({ required: fc.boolean(), definitions: links(names) }),
      responses: fc.uniqueArray(
        fc.record(
          { status: fc.integer({ min: 100, max: 599 }), definitions: links(names) },
          { requiredKeys: ['definitions'] },
        ),
        { selector: ({ status }) => status, maxLength: 3 },
      ),
    },
    { requiredKeys: ['type', 'name', 'method', 'parameters', 'responses'] },
  );
const version = fc.uniqueArray(name, { maxLength: 5 }).chain((names) =>
  fc.record({
    definitions: fc.constant(names),
    actions: fc.uniqueArray(
      fc
        .record({ path: fc.string() })
        .chain((path) =>
          endpoint(names, ['cookie', 'header', 'path', 'query']).map((action) => ({ ...action, ...path })),
        ),
      { selector: (one) => one.name, maxLength: 6 },
    ),
    triggers: fc.uniqueArray(endpoint(names, ['cookie', 'header', 'query']), {
      selector: (one) => one.name,
      maxLength: 3,
    }),
    deleted: fc.subarray(names),
  }),
);

type Content = typeof version extends fc.Arbitrary<infer T> ? T : never;

/** Creates a version of random content, some of whose definitions are deleted again. */
function create(content: Content, i: number): string {
  const versionName = `random ${i}`;
  const at = `${SHOP}/versions/${encodeURIComponent(versionName)}`;
  send('POST', `${SHOP}/versions`, { name: versionName });
  const definitions = content.definitions.map((one, position) => ({
    name: one,
    accept: ['application/json'],
    schema: {
      contentType: 'application/schema+json',
      content: JSON.stringify(position > 0 ? { $ref: `#/$defs/${content.definitions[0]}` } : {}),
    },
  }));
  if (definitions.length > 0) send('POST', `${at}/definitions`, { definitions });
  for (const action of content.actions) send('POST', `${at}/actions`, action);
  for (const trigger of content.triggers) send('POST', `${at}/triggers`, trigger);
  if (content.deleted.length > 0) send('DELETE', `${at}/definitions?force=true`, { names: content.deleted });
  return at;
}

/** Every answer about a version, its lists in pages of every size. */
function* answersAbout(at: string): Generator<readonly [Dto, unknown][]> {
  yield [[ConnectorVersion, send('GET', at)]];
  for (const [list, dto] of LISTS)
    for (let first = 1; first < 8; first++)
      for (let after = ''; ;) {
        const page = send('GET', `${at}/${list}?first=${first}${after === '' ? '' : `&after=${after}`}`);
        yield [[PageInfo, page], ...(page[list] as unknown[]).map((entry): [Dto, unknown] => [dto, entry])];
        if (typeof page['next'] !== 'string') break;
        after = page['next'];
      }
}

/** Answers about connectors, and about one random version after the other. */
function* answersOfTheSandbox(): Generator<readonly (readonly [Dto, unknown])[]> {
  const organisation = `/o/${DEMO_ORGANISATION_ID}`;
  for (const { id } of send('GET', `${organisation}/connectors?first=100`)['connectors'] as Json[])
    yield [[Connector, send('GET', `${organisation}/connectors/${String(id)}`)]];
  for (let i = 0; ; i++)
    for (const content of fc.sample(version, 1)) {
      const at = create(content, i);
      yield* answersAbout(at);
      // Otherwise each response would take longer than the last, since it reads all versions of the connector.
      send('DELETE', at);
    }
}

describe('departures from the contract', () => {
  it('do not occur in responses of the sandbox', () => {
    const departures = new Set<string>();
    let answers = 0;
    for (const parts of answersOfTheSandbox()) {
      for (const [dto, value] of parts)
        for (const member of departuresOf(dto, value)) departures.add(`${dto.name} ${member}`);
      answers += 1;
      if (answers >= ANSWERS) break;
    }
    expect([...departures]).toEqual([]);
    expect(answers).toBe(ANSWERS);
  });
});
