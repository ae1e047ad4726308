import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { client, createHTTPConnector, listConnectors, once } from '@connect-gateway/client';
import { DEMO_ORGANISATION_ID } from '../sandbox/platform/seed/seed.ids.js';
import { SandboxProcess } from './support/sandbox-process.js';
import { signIn } from './support/sign-in.js';

const path = { organisation_id: DEMO_ORGANISATION_ID };

let sandbox: SandboxProcess;
let cookie: string;

beforeAll(async () => {
  sandbox = await SandboxProcess.start({ SANDBOX_FAULTS: 'on' });
});
beforeEach(async () => {
  const { callbackUrl, cookies } = await signIn(`${sandbox.url}/auth/login?returnTo=/docs`);
  await cookies.fetch(callbackUrl);
  cookie = `session=${cookies.get('session', sandbox.url)}`;
  client.setConfig({ baseUrl: sandbox.url, headers: { Cookie: cookie, 'X-CSRF': '1' } });
});
afterAll(() => sandbox.close());

const withFault = (fault: string): Record<string, string> => ({ 'X-Sandbox-Fault': fault });

async function arm(query: string, method = 'POST'): Promise<number> {
  return (await fetch(`${sandbox.url}/sandbox/faults${query}`, { method })).status;
}

function create(name: string, headers: Record<string, string>) {
  const body = { name, baseUrl: 'https://shop.example', authSchemeConfigs: [] };
  return createHTTPConnector({ path, body, headers });
}

async function countOf(name: string): Promise<number | undefined> {
  return (await listConnectors({ path, query: { name } })).data?.totalCount;
}

async function ask(): Promise<number> {
  return (await fetch(`${sandbox.url}/api/connect/v1/categories`, { headers: { Cookie: cookie } })).status;
}

describe('the sandbox with fault injection', () => {
  it.each([
    ['503', 'session_store_unavailable', '1'],
    ['429', 'too_many_calls', '1'],
    ['unknown', 'idempotency_outcome_unknown', null],
  ])('answers with %s on request, without any effect', async (fault, code, retryAfter) => {
    const { error, response } = await create(`refused by ${fault}`, withFault(fault));
    expect(error).toMatchObject({ code, message: expect.any(String) as string, fields: [] });
    expect(response?.headers.get('retry-after')).toBe(retryAfter);
    expect(await countOf(`refused by ${fault}`)).toBe(0);
  });

  it('loses a response, and the repeat with the same key returns the created resource', async () => {
    expect(await arm('?fault=lost&path=/api/connect/v1/o/')).toBe(204);
    const { data } = await once((headers) => create('made although the answer was lost', headers));
    expect(data).toMatchObject({ name: 'made although the answer was lost' });
    expect(await countOf('made although the answer was lost')).toBe(1);
  });

  it('delays a response', async () => {
    const begun = performance.now();
    expect((await listConnectors({ path, headers: withFault('slow') })).response?.status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(2_900);
  });

  it('ends the session before a request', async () => {
    const { error } = await listConnectors({ path, headers: withFault('ended') });
    expect(error).toMatchObject({ code: 'session_ended', loginUrl: '/auth/login' });
    expect(await (await fetch(`${sandbox.url}/auth/session`, { headers: { Cookie: cookie } })).json()).toMatchObject({
      authenticated: false,
      reason: 'logout',
    });
  });

  it('arms a path for a number of requests, until it is cleared', async () => {
    expect(await arm('?fault=503&times=2&path=/api/connect/v1/categories')).toBe(204);
    expect([await ask(), (await listConnectors({ path })).response?.status, await ask(), await ask()]).toEqual([
      503, 200, 503, 200,
    ]);
    await arm('?fault=429&times=100');
    expect(await arm('', 'DELETE')).toBe(204);
    expect(await ask()).toBe(200);
    expect(await arm('?fault=nonsense')).toBe(400);
  });
});
