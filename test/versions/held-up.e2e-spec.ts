import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionOf, connectorOf, definitionOf, linkTo, pageOf, versionOf } from './paged.platform.js';
import { VersionGateway } from './version.gateway.js';

/** The CPU time limit of one event-loop turn, in ms. */
const MAX_TURN_MS = 20;

let versions: VersionGateway;

beforeAll(async () => {
  versions = await VersionGateway.start();
});
afterAll(() => versions.close());

/** A version of 3,000 actions, 2 KB each, as bytes: the platform runs in the same process and must not be measured. */
function answersFor(version: string): Map<string, Buffer> {
  const requestBody = { required: true, definitions: [linkTo('D', version)] };
  const parameters = ['a', 'b', 'c', 'd'].map((name) => ({ name, in: 'query', required: false, type: 'string' }));
  const description = `${version} ${'It does what it says. '.repeat(60)}`;
  const actions = Array.from({ length: 3_000 }, (_, i) =>
    actionOf(`A${i}`, {
      description,
      parameters,
      requestBody,
      errors: [{ field: '/', message: 'x', severity: 'error' }],
    }),
  );
  const at = `/connectors/shop/versions/${version}`;
  const pages = Array.from({ length: 30 }, (_, i): [string, object] => [
    `${at}/actions?first=100${i === 0 ? '' : `&after=${i * 100}`}`,
    pageOf('actions', actions, i * 100),
  ]);
  const others: [string, object][] = [
    [at, versionOf(version)],
    ['/connectors/shop', connectorOf()],
    [`${at}/triggers?first=100`, pageOf('triggers', [], 0)],
    [`${at}/definitions?first=100`, pageOf('definitions', [definitionOf('D', version)], 0)],
    [`/schemas/shop/${version}/01DEFINITIOND.json`, { type: 'object', title: version }],
  ];
  return new Map([...pages, ...others].map(([path, body]) => [path, Buffer.from(JSON.stringify(body))]));
}

function send(res: ServerResponse, body: Buffer | undefined): void {
  res.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(body ?? '{}');
}

/** The longest CPU time of an event-loop turn during some work, in ms. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = process.threadCpuUsage();
  const turn = (): void => {
    const { user, system } = process.threadCpuUsage(last);
    longest = Math.max(longest, (user + system) / 1_000);
    last = process.threadCpuUsage();
    immediate = setImmediate(turn);
  };
  let immediate = setImmediate(turn);
  await work();
  clearImmediate(immediate);
  return longest;
}

describe('H1: no turn of the event loop takes 20 ms while 6 MB are read, for', () => {
  it.each([
    ['messages', () => versions.messages('1.0.0')],
    ['a difference', () => versions.difference('2.0.0', '1.0.0')],
  ])('%s', async (_title, work) => {
    const answers = new Map([...answersFor('1.0.0'), ...answersFor('2.0.0')]);
    const bytes = [...answers.values()].reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeGreaterThan(12_000_000);
    versions.gateway.platform.reset();
    versions.gateway.platform.behave(({ target }, res) =>
      send(res, answers.get(target.replace('/api/connect/v1/o/acme', ''))),
    );
    // The first run compiles the code.
    expect(await work()).toMatchObject({ complete: true });
    const turns = [await longestTurn(work), await longestTurn(work), await longestTurn(work)];
    expect(Math.min(...turns)).toBeLessThan(MAX_TURN_MS);
  });
});
