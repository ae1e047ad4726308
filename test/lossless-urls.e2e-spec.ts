import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.js';
import { Wire } from './support/wire.js';

const API = '/api/connect/v1';
const RUNS = { numRuns: 200 };

let gateway: TestGateway;
let wire: Wire;

beforeAll(async () => {
  gateway = await startGateway();
  wire = new Wire(gateway.url, { Cookie: await gateway.signIn(), 'X-CSRF': '1' });
});
beforeEach(() => gateway.platform.reset());
afterAll(async () => {
  wire.close();
  await gateway.close();
});

/** Sends a request without a body; returns the target that the platform saw, or undefined if it was refused. */
async function forwardedTarget(target: string): Promise<string | undefined> {
  gateway.platform.reset();
  const { status } = await wire.send('GET', target);
  if (status === 200) return gateway.platform.last.target;
  expect({ target, status }).toEqual({ target, status: 400 });
  expect(gateway.platform.seen).toEqual([]);
  return undefined;
}

/** Any string that a URL can carry, with frequent reserved characters. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('.', '/', '\\', '%', '2', 'e', 'f', '5', 'c', ' ', '+', '?', '#', ';', '&', '=', '\0', 'ü'),
  }),
);

describe('P16: a query', () => {
  const pair = fc.tuple(fc.constantFrom('name', 'tags', 'after', 'before', 'protocol'), text);
  const once = fc.uniqueArray(pair, { selector: ([name]) => name, minLength: 1 });
  const pairs = fc.oneof({ arbitrary: once, weight: 3 }, fc.array(pair, { minLength: 1 }));

  it('reaches the platform with the same values, or is refused', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(pairs, fc.boolean(), async (sent, asForm) => {
        const encode = (value: string) =>
          asForm ? encodeURIComponent(value).replaceAll('%20', '+') : encodeURIComponent(value);
        const target = await forwardedTarget(
          `${API}/connectors?${sent.map(([n, v]) => `${n}=${encode(v)}`).join('&')}`,
        );
        if (target === undefined) return;
        accepted += 1;
        expect(queryOf(target)).toEqual(sent);
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(RUNS.numRuns / 4);
  });

  it('has the same meaning for the platform as for a browser in any encoding, or is refused', async () => {
    let accepted = 0;
    const raw = fc.string({
      unit: fc.constantFrom('%', '2', '6', 'b', 'c', '3', 'e', 'f', '+', ';', '=', '?', '~', "'", '/'),
    });
    await fc.assert(
      fc.asyncProperty(raw, async (value) => {
        const sent = `${API}/connectors?name=${value}`;
        const target = await forwardedTarget(sent);
        if (target === undefined) return;
        accepted += 1;
        expect(queryOf(target)).toEqual(queryOf(sent));
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(RUNS.numRuns / 8);
  });
});

describe('P16: a path', () => {
  const segment = text.filter((value) => value !== '');

  it('reaches the platform with the same segments, or is refused', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(segment, segment, segment, async (organisation, version, action) => {
        const path = `${API}/o/${encodeURIComponent(organisation)}/connectors/c1/versions/${encodeURIComponent(version)}/actions`;
        const target = await forwardedTarget(`${path}/${encodeURIComponent(action)}`);
        if (target === undefined) return;
        accepted += 1;
        const segments = new URL(target, 'http://platform').pathname.split('/').slice(4);
        const sent = ['o', organisation, 'connectors', 'c1', 'versions', version, 'actions', action];
        expect(segments.map(decodeURIComponent)).toEqual(sent);
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(RUNS.numRuns / 4);
  });

  it.each(['/connectors/c1#', '/connectors/c1#/versions', '/connectors?name=a#b'])(
    'is never truncated: %s has a fragment and is refused',
    async (target) => {
      expect(await forwardedTarget(`${API}/o/acme${target}`)).toBeUndefined();
    },
  );
});

function queryOf(target: string): [string, string][] {
  return [...new URLSearchParams(target.slice(target.indexOf('?') + 1))];
}
