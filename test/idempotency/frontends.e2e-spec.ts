import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { EventSource } from '../support/event-source.js';
import { answerInTurn, BODY, newKey, SHOP, PATIENT } from './creating-call.js';

const FRONTEND = 'https://orders.example';
const READ = { 'access-control-allow-origin': FRONTEND, 'access-control-allow-credentials': 'true' };

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway({ ALLOWED_ORIGINS: FRONTEND });
  cookie = await gateway.signIn();
  answerInTurn(gateway);
});
afterAll(() => gateway.close());

/** Headers that the browser of such a page sends. */
const sent = (): Record<string, string> => ({ Origin: FRONTEND, 'Sec-Fetch-Site': 'same-site', Cookie: cookie });

describe('B2: a frontend of another origin that is listed', () => {
  it('may send a key, and may read that a response was replayed', async () => {
    const preflight = await request(gateway.url)
      .options(SHOP)
      .set({ Origin: FRONTEND, 'Access-Control-Request-Method': 'POST' })
      .set('Access-Control-Request-Headers', 'content-type,idempotency-key');
    expect(preflight.headers['access-control-allow-headers']).toMatch(/(^|,)Idempotency-Key(,|$)/);
    const key = newKey();
    const create = (): request.Test =>
      request(gateway.url).post(SHOP).set(sent()).set('Idempotency-Key', key).send(BODY);
    expect((await create().expect(201)).headers).toMatchObject(READ);
    const { headers } = await create().expect(201);
    expect(headers).toMatchObject({ ...READ, 'idempotency-replayed': 'true' });
    expect(headers['access-control-expose-headers']).toMatch(/(^|,)Idempotency-Replayed(,|$)/);
    expect(gateway.platform.seen).toHaveLength(1);
  });

  it('may watch an import, as an EventSource with credentials does', async () => {
    const url = `${gateway.url}/api/connect/v1/o/acme/imports/${newKey()}/progress`;
    const source = new EventSource(url, sent());
    await expect.poll(() => source.head?.statusCode, PATIENT).toBe(200);
    expect(source.head?.headers).toMatchObject({ ...READ, 'content-type': 'text/event-stream' });
    source.close();
    const stranger = new EventSource(url, { ...sent(), Origin: 'https://orders.example.evil' });
    await expect.poll(() => stranger.head?.statusCode, PATIENT).toBe(403);
  });
});
