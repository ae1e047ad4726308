import { randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Config } from '../src/config/config.js';
import { settingsFor, startGateway, type TestGateway } from './support/gateway.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from './support/redis.js';

const [OLD, NEW] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

let directory: string;
let gateway: TestGateway;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'secret-files-'))));
afterEach(async () => {
  await gateway.close();
  rmSync(directory, { recursive: true });
});

/** Replaces a secret file atomically, as orchestrators do. */
function put(name: string, content: string): string {
  const file = join(directory, name);
  writeFileSync(`${file}.new`, `${content}\n`);
  renameSync(`${file}.new`, file);
  return file;
}

const categories = (cookie: string) => request(gateway.url).get('/api/connect/v1/categories').set('Cookie', cookie);

describe('O7: secrets in files', () => {
  it('S10: keys are rotated under load at SIGHUP without failed requests or lost sessions', async () => {
    const file = put('keys', OLD);
    gateway = await startGateway({ SESSION_KEYS: '', SESSION_KEYS_FILE: file });
    let cookie = await gateway.signIn();
    const over = new AbortController();
    const statuses: number[] = [];
    const client = async (): Promise<void> => {
      while (!over.signal.aborted) statuses.push((await categories(cookie)).status);
    };
    const clients = Array.from({ length: 4 }, client);
    put('keys', `${NEW},${OLD}`);
    process.emit('SIGHUP');
    const session = await request(gateway.url).get('/auth/session').set('Cookie', cookie).expect(200);
    const renewed = String(session.headers['set-cookie']).split(';', 1)[0] ?? '';
    expect(renewed).not.toBe(cookie);
    cookie = renewed;
    // Until no request with the old cookie is in progress.
    const sent = statuses.length;
    await expect.poll(() => statuses.length).toBeGreaterThan(sent + clients.length);
    put('keys', NEW);
    process.emit('SIGHUP');
    await categories(cookie).expect(200);
    over.abort();
    await Promise.all(clients);
    expect(statuses.length).toBeGreaterThan(4);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it('S10: a cookie of a removed key is refused, even if its session is in memory', async () => {
    const file = put('keys', OLD);
    gateway = await startGateway({ SESSION_KEYS: '', SESSION_KEYS_FILE: file });
    const cookie = await gateway.signIn();
    await categories(cookie).expect(200);
    put('keys', NEW);
    process.emit('SIGHUP');
    await categories(cookie).expect(401);
  });

  it('a new client secret needs no new discovery, and the next refresh uses it', async () => {
    const file = put('client', 'the-first-secret');
    gateway = await startGateway({ OIDC_CLIENT_SECRET: '', OIDC_CLIENT_SECRET_FILE: file });
    await gateway.signIn();
    const used = () => JSON.stringify(gateway.identity.tokenRequests.map((form) => [...form]).at(-1));
    const credentials = () => decodeURIComponent(gateway.identity.authorizations.at(-1) ?? used());
    expect(credentials()).toContain('the-first-secret');
    put('client', 'the-second-secret');
    // Without a signal.
    await expect
      .poll(
        async () => {
          await gateway.signIn();
          return credentials();
        },
        { timeout: 8_000 },
      )
      .toContain('the-second-secret');
  });

  it('an unusable file changes nothing', async () => {
    const file = put('keys', OLD);
    gateway = await startGateway({ SESSION_KEYS: '', SESSION_KEYS_FILE: file });
    const cookie = await gateway.signIn();
    put('keys', 'short');
    process.emit('SIGHUP');
    rmSync(file);
    process.emit('SIGHUP');
    await categories(cookie).expect(200);
  });

  it('are read like the settings without _FILE', async () => {
    gateway = await startGateway();
    const { OIDC_CLIENT_SECRET, ...settings } = settingsFor(0, gateway.platform, gateway.identity);
    const file = put('client', OIDC_CLIENT_SECRET ?? '');
    expect(new Config({ ...settings, OIDC_CLIENT_SECRET_FILE: file }).oidcClientSecret).toBe(OIDC_CLIENT_SECRET);
  });
});

describe.skipIf(!hasRedis())(`O7: the password of Redis in a file${WITHOUT_REDIS}`, () => {
  it('is rotated during calls: none fails, and new connections use it', async () => {
    const redis = await TestRedis.start();
    await redis.command('ACL', 'SETUSER', 'gateway', 'on', '>first@/#', '~*', '&*', '+@all');
    const file = put('redis', 'first@/#');
    gateway = await startGateway({
      SESSION_STORE_URL: redis.url.replace('//', '//gateway@'),
      SESSION_STORE_PASSWORD_FILE: file,
    });
    const cookie = await gateway.signIn();
    await redis.command('ACL', 'SETUSER', 'gateway', '>second', '<first@/#');
    await categories(cookie).expect(200);
    put('redis', 'second');
    process.emit('SIGHUP');
    await redis.command('CLIENT', 'KILL', 'USER', 'gateway');
    await expect.poll(async () => (await categories(cookie)).status).toBe(200);
    await redis.close();
  });
});
