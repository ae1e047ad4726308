import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort, startGateway, type TestGateway } from '../support/gateway.js';
import { answerInTurn, BODY, create, type Creating, newKey, type Told, PATIENT } from './creating-call.js';

const JSON_TYPE = { 'content-type': 'application/json' };
/** Announces nine bytes, and ends after four. */
function breakOff(res: ServerResponse): void {
  res.writeHead(201, { ...JSON_TYPE, 'content-length': '9' }).write('{"id', () => res.socket?.resetAndDestroy());
}

const CORRECTED = { ...BODY, name: 'Corrected' };

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway({ PLATFORM_TIMEOUT_MS: '300' });
  cookie = await gateway.signIn();
});
beforeEach(() => {
  gateway.platform.reset();
  answerInTurn(gateway);
});
afterAll(() => gateway.close());

const send = (request: Partial<Creating> = {}): Promise<Told> => create({ url: gateway.url, cookie, ...request });

describe('a key can be used again', () => {
  it.each([400, 401, 404, 408, 409, 412, 422, 429])('when the platform rejects the call with %s', async (status) => {
    const key = newKey();
    gateway.platform.answerWith(status, { code: 'no', message: 'No.' });
    expect((await send({ key })).status).toBe(status);
    answerInTurn(gateway);
    expect(await send({ key, body: CORRECTED })).toMatchObject({ status: 201, replayed: null });
    expect(gateway.platform.last.body.toString()).toContain('Corrected');
    expect(await send({ key, body: CORRECTED })).toMatchObject({ status: 201, replayed: 'true' });
  });

  it('when the body did not match the contract', async () => {
    const key = newKey();
    expect(await send({ key, body: { name: 7 } })).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(await send({ key })).toMatchObject({ status: 201, replayed: null });
  });

  it('when the request had a query, which no creating operation takes', async () => {
    const key = newKey();
    const path = '/api/connect/v1/o/acme/protocols/http/connectors?x=1';
    expect(await send({ key, path })).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(gateway.platform.seen).toEqual([]);
    expect(await send({ key })).toMatchObject({ status: 201, replayed: null });
  });

  it('when the caller had too many calls in progress', async () => {
    const key = newKey();
    const held: ServerResponse[] = [];
    gateway.platform.behave((_seen, res) => void held.push(res));
    const other = await startGateway({ PLATFORM_URL: gateway.platform.url });
    const theirs = { url: other.url, cookie: await other.signIn() };
    const full = Array.from({ length: 256 }, () => send({ ...theirs }));
    await expect.poll(() => held.length, PATIENT).toBe(256);
    expect(await send({ ...theirs, key })).toMatchObject({ status: 429, code: 'too_many_calls' });
    for (const res of held) res.writeHead(201, JSON_TYPE).end('{}');
    await Promise.all(full);
    answerInTurn(gateway);
    expect(await send({ ...theirs, key })).toMatchObject({ status: 201, replayed: null });
    expect(gateway.platform.seen).toHaveLength(257);
    await other.close();
  });

  it('when the platform was unavailable (503)', async () => {
    const key = newKey();
    gateway.platform.behave((_seen, res) => void res.writeHead(503, { 'retry-after': '1' }).end());
    expect(await send({ key })).toMatchObject({ status: 502, code: 'platform_unavailable' });
    answerInTurn(gateway);
    expect(await send({ key })).toMatchObject({ status: 201, replayed: null });
  });

  it('when the connection to the platform was refused, so that nothing was sent', async () => {
    const port = await freePort();
    const other = await startGateway({ PLATFORM_URL: `http://127.0.0.1:${port}/api/connect/v1` });
    const theirs = { url: other.url, cookie: await other.signIn(), key: newKey() };
    expect(await send(theirs)).toMatchObject({ status: 502, code: 'platform_unreachable' });
    const server = createServer((_req, res) => res.writeHead(201, JSON_TYPE).end('{"id":"1"}'));
    await once(server.listen(port, '127.0.0.1'), 'listening');
    expect(await send({ ...theirs, body: CORRECTED })).toMatchObject({ status: 201, replayed: null });
    await other.close();
    server.close();
  });
});

describe('the outcome is unknown, and a repeat creates nothing', () => {
  const answers: [how: string, answer: (res: ServerResponse) => void, status: number, code: string][] = [
    ['was cut off', (res) => void res.socket?.resetAndDestroy(), 502, 'platform_unreachable'],
    ['did not come in time', () => undefined, 504, 'platform_timeout'],
    ['broke off in the middle', breakOff, 502, 'platform_unreachable'],
    ['was a failure', (res) => void res.writeHead(500).end(), 502, 'platform_error'],
    ['was a failure on the way', (res) => void res.writeHead(502).end(), 502, 'platform_unavailable'],
    [
      'was no JSON',
      (res) => void res.writeHead(201, { 'content-type': 'text/html' }).end('ok'),
      502,
      'platform_answer_invalid',
    ],
    ['was a redirect', (res) => void res.writeHead(303, { location: '/x' }).end(), 502, 'platform_answer_invalid'],
  ];

  it.each(answers)('when the answer %s', async (_how, answer, status, code) => {
    const key = newKey();
    gateway.platform.behave((_seen, res) => answer(res));
    expect(await send({ key })).toMatchObject({ status, code });
    answerInTurn(gateway);
    const repeat = await send({ key });
    expect(repeat).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' });
    expect(repeat.text).toContain('check whether it was created');
    expect(repeat.headers.has('retry-after')).toBe(false);
    expect(await send({ key, body: CORRECTED })).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(gateway.platform.seen).toHaveLength(1);
  });

  it('when a token was rejected and the retry was cut off', async () => {
    const key = newKey();
    gateway.platform.behave((_seen, res) => {
      if (gateway.platform.seen.length === 1) res.writeHead(401, JSON_TYPE).end('{}');
      else res.socket?.resetAndDestroy();
    });
    const other = await startGateway({ PLATFORM_URL: gateway.platform.url });
    const theirs = { url: other.url, cookie: await other.signIn(), key };
    expect(await send(theirs)).toMatchObject({ status: 502, code: 'platform_unreachable' });
    answerInTurn(gateway);
    expect(await send(theirs)).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' });
    expect(gateway.platform.seen).toHaveLength(2);
    await other.close();
  });
});

describe('a call with a key', () => {
  it('completes after its caller disconnects, and a repeat gets its response', async () => {
    const key = newKey();
    const gate = Promise.withResolvers<void>();
    const cutOff: boolean[] = [];
    gateway.platform.behave((_seen, res) => {
      res.once('close', () => cutOff.push(!res.writableFinished));
      void gate.promise.then(() => res.writeHead(201, JSON_TYPE).end('{"id":"kept"}'));
    });
    const leaving = new AbortController();
    const gone = send({ key, signal: leaving.signal });
    await expect.poll(() => gateway.platform.seen.length, PATIENT).toBe(1);
    leaving.abort();
    await expect(gone).rejects.toThrow('aborted');
    expect(await send({ key })).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
    gate.resolve();
    await expect.poll(() => cutOff, PATIENT).toEqual([false]);
    await expect
      .poll(() => send({ key }), PATIENT)
      .toMatchObject({ status: 201, replayed: 'true', text: '{"id":"kept"}' });
    expect(gateway.platform.seen).toHaveLength(1);
  });

  it('P17: is cancelled with its caller if it has no key', async () => {
    const cutOff: boolean[] = [];
    gateway.platform.behave((_seen, res) => void res.once('close', () => cutOff.push(!res.writableFinished)));
    const leaving = new AbortController();
    const gone = send({ signal: leaving.signal });
    await expect.poll(() => gateway.platform.seen.length, PATIENT).toBe(1);
    leaving.abort();
    await expect(gone).rejects.toThrow('aborted');
    await expect.poll(() => cutOff, PATIENT).toEqual([true]);
  });

  it('is not repeated when its response exceeds the storage limit', async () => {
    const key = newKey();
    const large = JSON.stringify({ text: randomBytes(9 * 1024 * 1024).toString('base64') });
    gateway.platform.behave((_seen, res) => void res.writeHead(201, JSON_TYPE).end(large));
    const first = await send({ key });
    expect(first.status).toBe(201);
    expect(first.text === large).toBe(true);
    expect(await send({ key })).toMatchObject({ status: 409, code: 'idempotency_result_too_large' });
    expect(gateway.platform.seen).toHaveLength(1);
  });
});
