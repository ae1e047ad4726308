import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEASE_MS } from '../../src/idempotency/idempotency.record.js';
import { RecordStore } from '../../src/store/record.store.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from '../support/redis.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { answerInTurn, BODY, create, type Creating, newKey, type Told, PATIENT } from './creating-call.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const [OLD, NEW, OTHER] = [1, 2, 3].map(() => randomBytes(32).toString('base64'));

/** A second gateway with the identity provider, platform and store of the first. */
function startBeside(first: TestGateway, settings: Record<string, string>): Promise<TestGateway> {
  return startGateway({ PLATFORM_URL: first.platform.url, OIDC_ISSUER: first.identity.issuer, ...settings });
}

describe('idempotency records in a file', () => {
  let directory: string;
  let store: string;
  let gateway: TestGateway;
  let cookie: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-claims-'));
    store = `sqlite:${join(directory, 'sessions.db')}`;
    gateway = await startGateway({ SESSION_STORE_URL: store, SESSION_KEYS: String(OLD) });
    cookie = await gateway.signIn();
  });
  beforeEach(() => gateway.platform.reset());
  afterAll(async () => {
    await gateway.close();
    rmSync(directory, { recursive: true });
  });

  const everything = (): string =>
    readdirSync(directory)
      .map((file) => readFileSync(join(directory, file), 'latin1'))
      .join('\n');

  it('O1: reveal no key, person, request or response, whether in progress, completed or failed', async () => {
    const key = newKey();
    const gate = Promise.withResolvers<void>();
    gateway.platform.behave((_seen, res) => {
      void gate.promise.then(() => res.writeHead(201, JSON_TYPE).end('{"secret":"answer-7f3a"}'));
    });
    const made = create({ url: gateway.url, cookie, key });
    await expect.poll(() => gateway.platform.seen.length, PATIENT).toBe(1);
    const underWay = everything();
    gate.resolve();
    await made;
    gateway.platform.answerWith(400, { code: 'no', message: 'refusal-51c9' });
    await create({ url: gateway.url, cookie, key: newKey() });
    for (const text of [underWay, everything()]) {
      expect(text).toContain('CREATE TABLE claims');
      for (const secret of [key, 'person-1', 'answer-7f3a', 'refusal-51c9', 'acme', 'shop.example', '"state"'])
        expect(text).not.toContain(secret);
    }
  });

  it('S10: are readable after a rotation of the secrets, and still block a repeat after a replacement', async () => {
    answerInTurn(gateway);
    const key = newKey();
    const first = await create({ url: gateway.url, cookie, key });
    const rotated = await startBeside(gateway, { SESSION_STORE_URL: store, SESSION_KEYS: `${NEW},${OLD}` });
    const theirs = { url: rotated.url, cookie: await rotated.signIn(), key };
    expect(await create(theirs)).toMatchObject({ status: 201, replayed: 'true', text: first.text });
    await rotated.close();
    const replaced = await startBeside(gateway, { SESSION_STORE_URL: store, SESSION_KEYS: String(OTHER) });
    const strange = { url: replaced.url, cookie: await replaced.signIn(), key };
    expect(await create(strange)).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' });
    await replaced.close();
    expect(gateway.platform.seen).toHaveLength(1);
  });
});

describe.skipIf(!hasRedis())(`a store that does not respond${WITHOUT_REDIS}`, () => {
  let redis: TestRedis;
  let proxy: TcpProxy;
  let gateway: TestGateway;
  let cookie: string;

  beforeAll(async () => {
    redis = await TestRedis.start();
    proxy = await TcpProxy.start(redis.port);
    gateway = await startGateway({ SESSION_STORE_URL: `redis://127.0.0.1:${proxy.port}` });
    cookie = await gateway.signIn();
  });
  beforeEach(() => gateway.platform.reset());
  afterAll(async () => {
    await gateway.close();
    await proxy.close();
    await redis.close();
  });

  const send = (request: Partial<Creating>): Promise<Told> => create({ url: gateway.url, cookie, ...request });
  /** Repeats the request until it is no longer reported as in progress. */
  const settled = async (key: string): Promise<Told> => {
    let response = await send({ key });
    const isUnsettled = (): boolean => response.status === 503 || response.code === 'idempotency_in_progress';
    await expect
      .poll(async () => !isUnsettled() || ((response = await send({ key })), false), { timeout: 30_000, interval: 250 })
      .toBe(true);
    return response;
  };

  it('S5: causes a 503 before anything is sent, and the key is usable after the outage', async () => {
    answerInTurn(gateway);
    await send({});
    const key = newKey();
    proxy.become('black hole');
    expect(await send({ key })).toMatchObject({ status: 503, code: 'session_store_unavailable' });
    expect(gateway.platform.seen).toHaveLength(1);
    proxy.become('open');
    expect(await settled(key)).toMatchObject({ status: 201, replayed: null });
    expect(gateway.platform.seen).toHaveLength(2);
  });

  it('S5: does not affect a call that the platform has answered; nothing is created twice', async () => {
    const key = newKey();
    gateway.platform.behave((_seen, res) => {
      proxy.become('black hole');
      res.writeHead(201, JSON_TYPE).end('{"id":"made"}');
    });
    expect(await send({ key })).toMatchObject({ status: 201, replayed: null, text: '{"id":"made"}' });
    proxy.become('open');
    await expect.poll(async () => (await send({ key })).code, { interval: 250 }).toBe('idempotency_in_progress');
    const store = gateway.app.get(RecordStore, { strict: false });
    const now = store.now.bind(store);
    vi.spyOn(store, 'now').mockImplementation(() => now() + LEASE_MS);
    expect(await settled(key)).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' });
    expect(await send({ key, body: { ...BODY, name: 'Other' } })).toMatchObject({ status: 422 });
    expect(gateway.platform.seen).toHaveLength(1);
  });
});
