import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeIdentity } from './support/fake-identity.js';
import { FakePlatform } from './support/fake-platform.js';
import { freePort, settingsFor } from './support/gateway.js';

const PROGRAM = resolve('dist/src/main.js');

let platform: FakePlatform;
let identity: FakeIdentity;
let settings: Record<string, string>;
beforeAll(async () => {
  [platform, identity] = await Promise.all([FakePlatform.start(), FakeIdentity.start()]);
  settings = settingsFor(await freePort(), platform, identity);
});
afterAll(() => Promise.all([platform.close(), identity.close()]));

/** Runs the gateway until it exits. */
async function run(more: Record<string, string>, ...args: string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...settings, ...more } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, output };
}

describe('a start that fails', () => {
  it('O4: exits with 1 and names the file of the session store', async () => {
    const { code, output } = await run({ SESSION_STORE_URL: 'sqlite:/dev/null/sessions.db' });
    expect(code).toBe(1);
    expect(output).toContain('SESSION_STORE_URL: /dev/null/sessions.db cannot be opened');
  });

  it(
    'O4: names the address in use, also with WORKERS, which are not restarted endlessly',
    { timeout: 60_000 },
    async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as { port: number };
      const [one, two] = await Promise.all([run({ PORT: String(port) }), run({ PORT: String(port), WORKERS: '2' })]);
      taken.close();
      for (const { code, output } of [one, two]) {
        expect(code).toBe(1);
        expect(output).toContain(`127.0.0.1:${port}`);
      }
    },
  );

  it('O4: names the missing certificate file', async () => {
    const { code, output } = await run({ CA_CERTIFICATES: '/nowhere/ca.pem' });
    expect(code).toBe(1);
    expect(output).toContain('/nowhere/ca.pem');
  });
});

describe('gateway check', () => {
  it('O7: checks the store, the provider and the platform', async () => {
    platform.answerWith(401, { code: 'unauthorized', message: 'no token' });
    const { code, output } = await run({}, 'check');
    expect(output).toMatch(/Session store\s+ok/);
    expect(output).toMatch(/Identity provider\s+ok .*accepts the client/);
    expect(output).toMatch(/Platform\s+ok/);
    expect(code).toBe(0);
  });

  it('O7: reports which of them fails', async () => {
    platform.answerWith(404, {});
    identity.onToken = () => ({ status: 401, body: { error: 'invalid_client' } });
    const { code, output } = await run({}, 'check');
    identity.onToken = () => undefined;
    expect(code).toBe(1);
    expect(output).toMatch(/Identity provider\s+FAILED .*invalid_client/);
    expect(output).toMatch(/Platform\s+FAILED .*404/);
  });

  it('O7: reports an invalid configuration and an unavailable provider', async () => {
    const wrong = await run({ TRUSTED_PROXYS: '10.0.0.1' }, 'check');
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.output).toContain('did you mean TRUSTED_PROXIES?');
    const away = await run({ OIDC_ISSUER: `http://127.0.0.1:${await freePort()}` }, 'check');
    expect(away.output).toMatch(/Identity provider\s+FAILED .*ECONNREFUSED/);
  });

  it('O1, O7: --print shows every setting, its source and no secret', async () => {
    const { output } = await run({ LOG_LEVEL: 'warn' }, 'check', '--print');
    expect(output).toMatch(/LOG_LEVEL\s+warn\s+\(environment\)/);
    expect(output).toMatch(/SESSION_IDLE_SECONDS\s+3600\s+\(config\/default\.json\)/);
    expect(output).toMatch(/OIDC_CLIENT_SECRET\s+\(hidden\)/);
    for (const secret of ['OIDC_CLIENT_SECRET', 'SESSION_KEYS']) expect(output).not.toContain(settings[secret]);
  });
});
