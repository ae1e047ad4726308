import { readFileSync } from 'node:fs';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { Config } from '../../src/config/config.js';
import { createGateway } from '../../src/app.setup.js';
import { FakeIdentity } from '../support/fake-identity.js';
import { FakePlatform } from '../support/fake-platform.js';
import { freePort, settingsFor, signIn } from '../support/gateway.js';
import { LogLines } from '../support/log-lines.js';
import { MISCONFIGURATIONS, type Misconfiguration } from './misconfiguration.js';

const TABLE = readFileSync('docs/identity-providers.md', 'utf8');
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Performs the step that reveals the mistake. */
async function provoke({ occasion, spoil }: Misconfiguration, url: string, identity: FakeIdentity): Promise<void> {
  if (occasion === 'refresh') {
    identity.idTokenSeconds = 0;
    const cookie = await signIn(url);
    identity.idTokenSeconds = 3_600;
    await spoil?.(identity);
    await request(url).get('/api/connect/v1/categories').set('Cookie', cookie);
  } else if (occasion === 'sign-in') await signIn(url).catch(() => undefined);
  else if (occasion === 'logout token') {
    const token = await identity.logoutToken(identity.logoutClaims);
    await request(url).post('/auth/backchannel-logout').type('form').send({ logout_token: token }).expect(400);
  }
}

describe('I7: the log explains a mistake in the settings or at the provider', () => {
  it.each(MISCONFIGURATIONS.map((one): [string, Misconfiguration] => [one.mistake, one]))('%s', async (_title, one) => {
    const [platform, identity] = await Promise.all([FakePlatform.start(), FakeIdentity.start()]);
    const port = await freePort();
    closers.push(() => Promise.all([platform.close(), identity.close()]));
    if (one.occasion !== 'refresh') await one.spoil?.(identity);
    const log = new LogLines();
    const settings = { ...settingsFor(port, platform, identity), LOG_LEVEL: 'info', ...one.settings?.(identity) };
    const app = await createGateway(new Config(settings), log.sink);
    closers.push(() => app.close());
    await app.listen(port, '127.0.0.1');
    await provoke(one, `http://127.0.0.1:${port}`, identity);
    await expect.poll(() => log.with(one.message).length).toBeGreaterThan(0);
    const lines = log.with(one.message);
    const line = lines.find(({ hint }) => one.hint.test(String(hint))) ?? lines[0];
    expect(line).toMatchObject(one.line(identity));
    expect(String(line?.['hint'])).toMatch(one.hint);
    if (one.occasion !== 'start') expect(String(line?.['requestId'])).toMatch(/^[\w-]{10,}$/);
    expect(JSON.stringify(log.all)).not.toMatch(/eyJ|a-client-secret/);
    const row = `| ${one.mistake} | \`${one.message}\` | ${String(line?.['hint'])} |`;
    expect(TABLE, `docs/identity-providers.md needs: ${row}`).toContain(row);
  });

  it('O4: a discovery document URL as issuer is a configuration error at startup', () => {
    const settings = { OIDC_ISSUER: 'https://login.acme.example/.well-known/openid-configuration' };
    expect(() => new Config(settings)).toThrow('OIDC_ISSUER must be the issuer alone');
  });

  it('at least twenty mistakes are covered', () => {
    expect(MISCONFIGURATIONS.length).toBeGreaterThanOrEqual(20);
  });
});
