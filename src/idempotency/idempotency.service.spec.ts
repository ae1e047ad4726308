import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bearerOf, clientOf } from '../../test/support/unit/platform.client.js';
import { configOf } from '../../test/support/unit/settings.js';
import { Keyring } from '../crypto/keyring.js';
import type { GatewayResponse } from '../http/exchange.js';
import { path } from '../platform/path.js';
import type { PlatformCall } from '../platform/platform.call.js';
import type { PlatformClient } from '../platform/platform.client.js';
import { SqliteStore } from '../store/sqlite.store.js';
import { IdempotencyService } from './idempotency.service.js';
import { IdempotencyStore } from './idempotency.store.js';
import { type IdempotentOperation, PreparedCall } from './idempotent.operation.js';

const PLATFORM = 'http://127.0.0.1:9/api';
const ANN = bearerOf('ann');
const TO = path`/o/${'acme'}/connectors`;
const KEYRING = new Keyring([Buffer.alloc(32, 7).toString('base64')]);

let store: SqliteStore;
let client: PlatformClient;
let service: IdempotencyService;
beforeEach(() => {
  store = new SqliteStore(':memory:');
  client = clientOf(PLATFORM);
  service = serviceFor();
});
afterEach(() => Promise.all([store.close(), client.onApplicationShutdown()]));

function serviceFor(settings: Record<string, string> = {}): IdempotencyService {
  return new IdempotencyService(configOf(settings), new IdempotencyStore(store, KEYRING));
}

/** A call that never gets as far as the platform. */
class Upload extends PreparedCall {
  readonly to = TO;
  readonly gate = Promise.withResolvers<IdempotentOperation>();

  prepare(): Promise<IdempotentOperation> {
    return this.gate.promise;
  }
}

const post = (to = TO): PlatformCall => client.post(ANN, to);

/** The name under which a call's record is stored. */
async function nameOf(start: () => { sendTo(res: GatewayResponse): Promise<unknown> }): Promise<string | undefined> {
  const names: string[] = [];
  const read = store.putRecord.bind(store);
  store.putRecord = (name, ...more) => {
    names.push(name);
    return read(name, ...more);
  };
  await start()
    .sendTo({ req: { requestId: 'r', path: '/', hasQuery: true } } as unknown as GatewayResponse)
    .catch(() => undefined);
  return names[0];
}

describe('the scope of a key', () => {
  it('is the method and path of the call', async () => {
    const name = await nameOf(() => service.once(ANN, 'key', post()));
    expect(name).toBe(service.nameOf(ANN, ['POST', '/o/acme/connectors'], 'key'));
  });

  it('is the same for a call that is prepared first', async () => {
    const upload = new Upload();
    upload.gate.reject(new Error('unreadable'));
    const name = await nameOf(() => service.once(ANN, 'key', upload));
    expect(name).toBe(service.nameOf(ANN, ['POST', '/o/acme/connectors'], 'key'));
  });

  it('may be given', async () => {
    const name = await nameOf(() => service.once(ANN, 'key', post(), ['acme', 'imports']));
    expect(name).toBe(service.nameOf(ANN, ['acme', 'imports'], 'key'));
  });
});

describe('the name of a result', () => {
  it('differs by provider, person, scope and key', () => {
    const names = [
      service.nameOf(ANN, ['POST', '/a'], 'key'),
      service.nameOf(ANN, ['POST', '/a'], 'other'),
      service.nameOf(ANN, ['POST', '/b'], 'key'),
      service.nameOf(ANN, ['POST'], 'key'),
      service.nameOf(bearerOf('bob'), ['POST', '/a'], 'key'),
      serviceFor({ OIDC_ISSUER: 'https://other.example' }).nameOf(ANN, ['POST', '/a'], 'key'),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(serviceFor().nameOf(ANN, ['POST', '/a'], 'key')).toBe(names[0]);
  });

  it('O1: reveals neither the key nor the person', () => {
    expect(service.nameOf(ANN, ['POST', '/a'], 'key')).not.toMatch(/key|ann|\/a/);
  });
});

describe('H3: the quota of a person', () => {
  it('is counted by provider and person', async () => {
    const charged: string[] = [];
    const charge = store.charge.bind(store);
    store.charge = (name, ...more) => {
      charged.push(name);
      return charge(name, ...more);
    };
    const other = serviceFor({ OIDC_ISSUER: 'https://other.example' });
    for (const [at, caller] of [
      [service, ANN],
      [service, bearerOf('bob')],
      [other, ANN],
    ] as const)
      await nameOf(() => at.once(caller, 'key', post()));
    expect(new Set(charged).size).toBe(3);
    expect(charged.join()).not.toMatch(/ann|bob/);
  });
});

describe('a shutdown', () => {
  it('waits for the calls under way, however they end', async () => {
    const uploads = [new Upload(), new Upload()];
    const sent = uploads.map((upload, i) => nameOf(() => service.once(ANN, `key ${i}`, upload)));
    let hasEnded = false;
    const ended = service.onApplicationShutdown().then(() => (hasEnded = true));
    uploads[0]?.gate.reject(new Error('unreadable'));
    await sent[0];
    expect(hasEnded).toBe(false);
    uploads[1]?.gate.reject(new Error('unreadable'));
    await ended;
    await Promise.all(sent);
  });

  it('waits for nothing once they have ended', async () => {
    await nameOf(() => service.once(ANN, 'key', post()));
    const race = Promise.race([
      service.finish().then(() => 'finished'),
      new Promise((resolve) => setImmediate(resolve)),
    ]);
    expect(await race).toBe('finished');
  });
});
