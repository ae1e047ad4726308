import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakePlatform } from '../../test/support/fake-platform.js';
import { bearerOf, clientOf } from '../../test/support/unit/platform.client.js';
import { configOf } from '../../test/support/unit/settings.js';
import { type ResponderServer, startResponderServer } from '../../test/support/unit/responder.server.js';
import { Keyring } from '../crypto/keyring.js';
import { Problem } from '../http/problem.js';
import { path } from '../platform/path.js';
import type { PlatformCall } from '../platform/platform.call.js';
import type { PlatformClient } from '../platform/platform.client.js';
import { SqliteStore } from '../store/sqlite.store.js';
import { IdempotencyService } from './idempotency.service.js';
import { IdempotencyStore } from './idempotency.store.js';
import { type IdempotentOperation, PreparedCall } from './idempotent.operation.js';

const ANN = bearerOf('ann');
const TO = path`/o/${'acme'}/connectors`;
const SCOPE = ['POST', TO.text];
const BODY = Buffer.from('{"name":"n"}');
const JSON_TYPE = { 'content-type': 'application/json' };

let platform: FakePlatform;
let server: ResponderServer;
let client: PlatformClient;
let store: SqliteStore;
let results: IdempotencyStore;
let service: IdempotencyService;
/** What happened to operations, in order. */
let steps: string[];

beforeAll(async () => {
  [platform, server] = await Promise.all([FakePlatform.start(), startResponderServer()]);
  client = clientOf(platform.url);
});
beforeEach(() => {
  platform.reset();
  store = new SqliteStore(':memory:');
  results = new IdempotencyStore(store, new Keyring([randomBytes(32).toString('base64')]));
  service = new IdempotencyService(configOf(), results);
  steps = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await service.finish();
  await store.close();
});
afterAll(() => Promise.all([client.onApplicationShutdown(), platform.close(), server.close()]));

const NOTHING_HELD = '{"nothing":"held"}';

/** A call that receives a document first, as an upload does. It breaks off when the document is empty. */
class Upload extends PreparedCall {
  readonly to = TO;

  constructor(
    private readonly document: string,
    private readonly fault?: Error,
  ) {
    super();
  }

  async prepare(): Promise<IdempotentOperation> {
    steps.push('received');
    if (this.document === '') throw new Problem('incomplete_body');
    return {
      to: TO,
      fingerprint: () => this.document,
      call: (report) => {
        report('converted');
        steps.push('called');
        if (this.fault !== undefined) throw this.fault;
        return client.post(ANN, TO, { bytes: Buffer.from(this.document) });
      },
      ...(this.document !== NOTHING_HELD && { close: async () => void steps.push('closed') }),
    };
  }
}

interface Got {
  readonly status: number;
  readonly text: string;
  readonly code: unknown;
  readonly replayed: string | null;
}

/** Makes a call with a key, for a client that gets the answer. */
async function send(call = (): Upload | PlatformCall => post()): Promise<Got> {
  server.respond(() => service.once(ANN, 'key', call(), SCOPE));
  const response = await fetch(server.url);
  const text = await response.text();
  const { code } = (text === '' ? {} : JSON.parse(text)) as { code?: unknown };
  return { status: response.status, text, code, replayed: response.headers.get('idempotency-replayed') };
}

const post = (body = BODY, to = TO): PlatformCall => client.post(ANN, to, { bytes: body });
const upload = (document: string, fault?: Error) => (): Upload => new Upload(document, fault);
const stateOf = async (): Promise<string | undefined> => (await results.read(service.nameOf(ANN, SCOPE, 'key')))?.state;
const stages = async (): Promise<string[] | undefined> =>
  (await results.read(service.nameOf(ANN, SCOPE, 'key')))?.record.progress.map(({ stage }) => stage);

/** Holds the platform's next answers until `release`. */
function holdAnswers(): { readonly held: ServerResponse[]; readonly release: () => void } {
  const held: ServerResponse[] = [];
  platform.behave((_seen, res) => void held.push(res));
  return { held, release: () => held.forEach((res) => res.writeHead(201, JSON_TYPE).end('{"id":"1"}')) };
}

describe('a call with a key', () => {
  it('is made once; a repeat gets the first answer and is marked', async () => {
    platform.behave((_seen, res) => void res.writeHead(201, JSON_TYPE).end(' {"id":"1"}'));
    expect(await send()).toMatchObject({ status: 201, text: ' {"id":"1"}', replayed: null });
    expect(await send()).toMatchObject({ status: 201, text: ' {"id":"1"}', replayed: 'true' });
    expect(platform.seen.map(({ method, body }) => [method, body.toString()])).toEqual([['POST', BODY.toString()]]);
    expect(await stages()).toEqual(['sent', 'created']);
  });

  it('is refused for another body, and for another place on the platform', async () => {
    await send();
    for (const other of [() => post(Buffer.from('{"name":"m"}')), () => post(BODY, path`/o/${'other'}/connectors`)])
      expect(await send(other)).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(platform.seen).toHaveLength(1);
  });

  it('is refused while the first one is in progress', async () => {
    const { held, release } = holdAnswers();
    const first = send();
    await expect.poll(() => held.length).toBe(1);
    expect(await send()).toMatchObject({ status: 409, code: 'idempotency_in_progress', replayed: null });
    expect(await send(() => post(Buffer.from('{"name":"m"}')))).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    release();
    expect(await first).toMatchObject({ status: 201, replayed: null });
  });

  it('runs to its end without its client, who gets the answer later', async () => {
    const { held, release } = holdAnswers();
    const leaving = new AbortController();
    server.respond(() => service.once(ANN, 'key', post(), SCOPE));
    const gone = fetch(server.url, { signal: leaving.signal });
    await expect.poll(() => held.length).toBe(1);
    leaving.abort();
    await expect(gone).rejects.toThrow('aborted');
    await expect.poll(() => server.requests.at(-1)?.res?.closed).toBe(true);
    const finished = service.finish();
    expect(await Promise.race([finished, Promise.resolve('still under way')])).toBe('still under way');
    const answered = vi.spyOn(server.requests.at(-1)?.res ?? expect.unreachable(), 'sendWhole');
    release();
    await finished;
    expect(answered).not.toHaveBeenCalled();
    expect(await send()).toMatchObject({ status: 201, text: '{"id":"1"}', replayed: 'true' });
  });
});

describe('a call that fails', () => {
  it('certainly without effect can be made again, also with another body', async () => {
    platform.answerWith(409, { code: 'name_taken', message: 'No.' });
    expect(await send()).toMatchObject({ status: 409, code: 'name_taken' });
    expect(await stateOf()).toBe('failed');
    platform.behave();
    expect(await send(() => post(Buffer.from('{"name":"m"}')))).toMatchObject({ status: 201, replayed: null });
  });

  it('keeps the problem for those that follow its progress', async () => {
    platform.answerWith(409, { code: 'name_taken', message: 'No.' });
    await send();
    const kept = await results.read(service.nameOf(ANN, SCOPE, 'key'));
    expect(kept?.record.problem).toMatchObject({ status: 409, code: 'name_taken', message: 'No.', instance: '/' });
  });

  it('perhaps with an effect is not made again', async () => {
    platform.answerWith(500, {});
    expect(await send()).toMatchObject({ status: 502, code: 'platform_error' });
    expect(await stateOf()).toBe('unknown');
    expect(await send()).toMatchObject({ status: 409, code: 'idempotency_outcome_unknown' });
    expect(platform.seen).toHaveLength(1);
  });

  it('is not sent when its lease was lost meanwhile', async () => {
    const put = vi.spyOn(store, 'putRecord');
    put.mockImplementationOnce((...record) => SqliteStore.prototype.putRecord.apply(store, record));
    put.mockResolvedValueOnce(false);
    expect(await send()).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
    expect(platform.seen).toEqual([]);
  });
});

describe('a call that receives a document first', () => {
  it('is made once; a repeat is received only to compare it', async () => {
    expect(await send(upload('{"a":1}'))).toMatchObject({ status: 201, replayed: null });
    expect(steps).toEqual(['received', 'called', 'closed']);
    expect(await stages()).toEqual(['converted', 'sent', 'created']);
    expect(await send(upload('{"a":1}'))).toMatchObject({ status: 201, replayed: 'true' });
    expect(steps).toEqual(['received', 'called', 'closed', 'received', 'closed']);
    expect(await send(upload('{"a":2}'))).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(steps.slice(5)).toEqual(['received', 'closed']);
    expect(platform.seen).toHaveLength(1);
  });

  it('is refused without receiving the document while the first one is in progress', async () => {
    const { held, release } = holdAnswers();
    const first = send(upload('{}'));
    await expect.poll(() => held.length).toBe(1);
    expect(await send(upload('{}'))).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
    expect(steps).toEqual(['received', 'called']);
    release();
    expect(await first).toMatchObject({ status: 201, replayed: null });
  });

  it('can be made again when preparing it failed', async () => {
    const unreadable = new Problem('invalid_request', { message: 'Unreadable.' });
    expect(await send(upload('{', unreadable))).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(steps).toEqual(['received', 'called', 'closed']);
    expect(await stateOf()).toBe('failed');
    expect(platform.seen).toEqual([]);
    expect(await send(upload('{}'))).toMatchObject({ status: 201, replayed: null });
  });

  it('can be made again when the document did not arrive', async () => {
    expect(await send(upload(''))).toMatchObject({ status: 400, code: 'incomplete_body' });
    expect(steps).toEqual(['received']);
    expect(await stateOf()).toBe('failed');
  });

  it('may hold nothing that it must release', async () => {
    for (const replayed of [null, 'true'])
      expect(await send(upload(NOTHING_HELD))).toMatchObject({ status: 201, replayed });
  });

  it('keeps an unexpected error as an internal one, which reveals nothing', async () => {
    expect(await send(upload('{', new TypeError('a secret')))).toMatchObject({ status: 500, code: 'internal_error' });
    const { problem } = (await results.read(service.nameOf(ANN, SCOPE, 'key')))?.record ?? expect.unreachable();
    expect(problem).toMatchObject({ status: 500, code: 'internal_error' });
    expect(JSON.stringify(problem)).not.toContain('a secret');
  });
});
