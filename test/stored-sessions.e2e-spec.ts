import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { derive, encrypt, decrypt, Keyring } from '../src/crypto/keyring.js';
import { startGateway, type TestGateway } from './support/gateway.js';

const CATEGORIES = '/api/connect/v1/categories';
const ID_BYTES = 18;
const SECRET_BYTES = 32;
const HOUR_MS = 3_600_000;
/** Longer than the interval at which processes see changes of each other. */
const CHANGE_MS = 1_500;

const key = randomBytes(32).toString('base64');
let directory: string;
let file: string;
let gateway: TestGateway;
let database: DatabaseSync;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'stored-sessions-'));
  file = join(directory, 'private', 'sessions.db');
  gateway = await startGateway({ SESSION_KEYS: key, SESSION_STORE_URL: `sqlite:${file}` });
  database = new DatabaseSync(file);
});
afterEach(async () => {
  database.close();
  await gateway.close();
  rmSync(directory, { recursive: true });
});

const statusOf = async (cookie: string): Promise<number> =>
  (await request(gateway.url).get(CATEGORIES).set('Cookie', cookie)).status;
const payloadOf = (cookie: string): Buffer =>
  Buffer.from(cookie.replace('session=', ''), 'base64url').subarray(0, ID_BYTES + SECRET_BYTES);
const rowOf = (cookie: string): { id: string; sealed: Uint8Array } =>
  database
    .prepare('SELECT id, sealed FROM sessions WHERE id = ?')
    .get(payloadOf(cookie).subarray(0, ID_BYTES).toString('base64url')) as never;

/** A cookie forged with a leaked key and a known session id, without the session's secret. */
function forge(cookie: string): string {
  const payload = Buffer.concat([payloadOf(cookie).subarray(0, ID_BYTES), randomBytes(SECRET_BYTES)]);
  return `session=${Buffer.concat([payload, new Keyring([key]).sign(payload)]).toString('base64url')}`;
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** Seals the record again with these members replaced. */
function age(cookie: string, members: object): void {
  const { id, sealed } = rowOf(cookie);
  const recordKey = derive(payloadOf(cookie).subarray(ID_BYTES), 'session-record');
  const { boundTo, ...record } = JSON.parse(String(decrypt(recordKey, Buffer.from(sealed), id))) as {
    boundTo?: string;
  };
  expect(boundTo).toMatch(/^[\w-]{43}$/);
  const old = encrypt(recordKey, Buffer.from(JSON.stringify({ ...record, ...members })), id);
  database.prepare('UPDATE sessions SET sealed = ? WHERE id = ?').run(old, id);
}

describe('H5: a signing key alone', () => {
  it('opens and ends no session, whether in memory or not', async () => {
    const cookie = await gateway.signIn();
    const forged = forge(cookie);
    expect(await statusOf(forged)).toBe(401);
    expect(await statusOf(cookie)).toBe(200);
    // The session is now in memory.
    expect(await statusOf(forged)).toBe(401);
    const seen = await request(gateway.url).get('/auth/session').set('Cookie', forged);
    expect(seen.body).toMatchObject({ authenticated: false });
    await request(gateway.url).post('/auth/logout').set({ Cookie: forged, 'X-CSRF': '1' });
    expect(await statusOf(cookie)).toBe(200);
    expect(gateway.platform.seen).toHaveLength(2);
  });
});

describe('H5: a session with plain columns in the store', () => {
  it.each([
    ['owner', "'another'"],
    ['provider_session', "'another'"],
    ['device', "'another'"],
    ['created_at', 'created_at - 1'],
    ['expires_at', `expires_at + ${HOUR_MS}`],
  ])('cannot be opened after its %s was changed', async (column, value) => {
    const cookie = await gateway.signIn();
    expect(await statusOf(cookie)).toBe(200);
    database.exec(`UPDATE sessions SET ${column} = ${value}`);
    await expect.poll(() => statusOf(cookie), { timeout: CHANGE_MS }).toBe(401);
  });

  it('S11: is readable only by the user of the process', () => {
    expect(modeOf(join(directory, 'private'))).toBe('700');
    for (const suffix of ['', '-wal', '-shm']) expect(modeOf(file + suffix)).toBe('600');
  });
});

describe('a record of an older version, without bound columns', () => {
  it('is opened, so that an update keeps sessions', async () => {
    const cookie = await gateway.signIn();
    age(cookie, {});
    expect(await statusOf(cookie)).toBe(200);
  });

  it('is not opened after the maximum session lifetime', async () => {
    const cookie = await gateway.signIn();
    age(cookie, { tokenReceivedAt: Date.now() - 12 * HOUR_MS });
    database.exec(`UPDATE sessions SET expires_at = expires_at + ${HOUR_MS}`);
    await expect.poll(() => statusOf(cookie), { timeout: CHANGE_MS }).toBe(401);
  });
});
