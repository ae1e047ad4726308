import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventSource } from '../support/event-source.js';
import { create, type Creating, newKey, type Told, PATIENT } from '../idempotency/creating-call.js';
import { type Replica, Replicas, type SharedStore } from '../support/replicas.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const IMPORT = '/api/connect/v1/o/acme/protocols/http/import';
const BY_URL = { schemaURL: 'https://shop.example/openapi.json', format: 'openapi' };
/** Longer than a lease. */
const LAPSE_MS = 45_000;

/** The key is leased and announced before the platform receives the call. */
async function answer(held: ServerResponse[]): Promise<void> {
  await expect.poll(() => held.length, PATIENT).toBe(1);
  for (const res of held) res.writeHead(201, JSON_TYPE).end('{"id":"made"}');
}

/** Idempotency keys across replicas; the same suite for every store. */
export function describeIdempotency(title: string, store: SharedStore, canRun = true): void {
  describe.skipIf(!canRun)(`creating with a key by ${title}`, () => {
    let replicas: Replicas;
    let here: Replica;
    let there: Replica;
    let cookie: string;
    beforeAll(async () => {
      replicas = await Replicas.start(store);
      [here, there] = replicas.all;
      cookie = await replicas.signIn();
    });
    afterEach(() => replicas.calm());
    afterAll(() => replicas.close());

    const send = (at: Replica, request: Partial<Creating>): Promise<Told> =>
      create({ url: at.url, cookie, ...request });
    /** The platform answers on request of the test. */
    const hold = (): ServerResponse[] => {
      const held: ServerResponse[] = [];
      replicas.platform.behave((_seen, res) => void held.push(res));
      return held;
    };

    it('creates once for concurrent calls on every replica, which all get the same response', async () => {
      const key = newKey();
      const held = hold();
      const responses: Told[] = [];
      const sent = Array.from({ length: 20 }, (_, n) =>
        send(n % 2 ? here : there, { key }).then((got) => responses.push(got)),
      );
      await expect.poll(() => responses.length, PATIENT).toBe(19);
      await answer(held);
      await Promise.all(sent);
      expect(responses.filter(({ code }) => code === 'idempotency_in_progress')).toHaveLength(19);
      for (const replica of replicas.all)
        expect(await send(replica, { key })).toMatchObject({ status: 201, replayed: 'true', text: '{"id":"made"}' });
      expect(replicas.platform.seen).toHaveLength(1);
    });

    it('can be watched from another replica', async () => {
      const key = newKey();
      const held = hold();
      const url = `${there.url}/api/connect/v1/o/acme/imports/${key}/progress`;
      const source = new EventSource(url, { cookie, 'sec-fetch-site': 'same-origin' });
      const sent = send(here, { key, path: IMPORT, body: BY_URL });
      await expect.poll(() => source.stages, PATIENT).toEqual(['sent']);
      await answer(held);
      expect((await sent).status).toBe(201);
      await expect.poll(() => source.isOver, PATIENT).toBe(true);
      expect(source.last).toMatchObject({ event: 'result', data: '{"status":201,"body":{"id":"made"}}' });
    });

    it(
      'P10: is completed by a replica that shuts down, although its caller has disconnected',
      { timeout: 60_000 },
      async () => {
        const key = newKey();
        const held = hold();
        const leaving = new AbortController();
        const gone = send(here, { key, signal: leaving.signal });
        await expect.poll(() => held.length, PATIENT).toBe(1);
        leaving.abort();
        await expect(gone).rejects.toThrow('aborted');
        const stopped = here.stop();
        await expect.poll(() => here.output, PATIENT).toContain('shutting down now');
        expect(await send(there, { key })).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
        await answer(held);
        await stopped;
        expect(await send(there, { key })).toMatchObject({ status: 201, replayed: 'true', text: '{"id":"made"}' });
        expect(replicas.platform.seen).toHaveLength(1);
        await here.start();
      },
    );

    it('S3: is not repeated after a replica was killed during the call', { timeout: 60_000 }, async () => {
      const key = newKey();
      const held = hold();
      const url = `${there.url}/api/connect/v1/o/acme/imports/${key}/progress`;
      const source = new EventSource(url, { cookie, 'sec-fetch-site': 'same-origin' });
      const lost = send(here, { key, path: IMPORT, body: BY_URL });
      lost.catch(() => undefined);
      await expect.poll(() => held.length, PATIENT).toBe(1);
      await here.stop('SIGKILL');
      await expect(lost).rejects.toThrow('fetch failed');
      const again = (): Promise<Told> => send(there, { key, path: IMPORT, body: BY_URL });
      expect(await again()).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
      await expect
        .poll(again, { timeout: LAPSE_MS, interval: 500 })
        .toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' });
      await expect.poll(() => source.isOver, PATIENT).toBe(true);
      expect(JSON.parse(String(source.last?.data))).toMatchObject({ code: 'idempotency_outcome_unknown' });
      expect(replicas.platform.seen).toHaveLength(1);
    });
  });
}
