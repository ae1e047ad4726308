import { FormData } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakePlatform } from '../../test/support/fake-platform.js';
import { bearerOf, clientOf } from '../../test/support/unit/platform.client.js';
import { type ResponderServer, startResponderServer } from '../../test/support/unit/responder.server.js';
import { Problem } from '../http/problem.js';
import { path } from '../platform/path.js';
import type { PlatformCall } from '../platform/platform.call.js';
import type { PlatformClient } from '../platform/platform.client.js';
import { type IdempotentOperation, operationOf, PreparedCall, reportNothing } from './idempotent.operation.js';

const ANN = bearerOf('ann');
const TO = path`/o/${'acme'}/connectors`;

let platform: FakePlatform;
let client: PlatformClient;
beforeAll(async () => {
  platform = await FakePlatform.start();
  client = clientOf(platform.url);
});
afterAll(() => Promise.all([client.onApplicationShutdown(), platform.close()]));

const post = (bytes?: Buffer): PlatformCall => client.post(ANN, TO, bytes && { bytes });

describe('the operation of a call that needs no preparation', () => {
  it('is the call itself', async () => {
    const call = post(Buffer.from('{}'));
    const operation = operationOf(call);
    expect(operation.to).toBe(TO);
    expect(await operation.call(reportNothing)).toBe(call);
  });

  it('is identified by every byte of its body', async () => {
    const bodies = [[0x7b, 0x7d], [0x7b, 0x7d, 0x20], [0xc3], [0xe2], [0xff, 0xfd], [0xff]];
    const fingerprints = bodies.map((body) => operationOf(post(Buffer.from(body))).fingerprint());
    expect(new Set(fingerprints).size).toBe(bodies.length);
    expect(await operationOf(post(Buffer.from([0xc3]))).fingerprint()).toBe(fingerprints[2]);
  });

  it('has the fingerprint of an empty body where it has none', async () => {
    expect(await operationOf(post()).fingerprint()).toBe(await operationOf(post(Buffer.alloc(0))).fingerprint());
  });

  it('cannot be a form, which has to be received first', () => {
    const operation = operationOf(client.postForm(ANN, TO, new FormData()));
    expect(() => operation.fingerprint()).toThrow('a form needs a PreparedCall');
  });
});

describe('a prepared call without a key', () => {
  let server: ResponderServer;
  let steps: string[];
  beforeAll(async () => {
    server = await startResponderServer();
  });
  beforeEach(() => {
    platform.reset();
    steps = [];
  });
  afterAll(() => server.close());

  class Prepared extends PreparedCall {
    readonly to = TO;

    constructor(private readonly operation: Partial<IdempotentOperation>) {
      super();
    }

    async prepare(): Promise<IdempotentOperation> {
      return {
        to: TO,
        fingerprint: () => expect.unreachable(),
        call: () => post(Buffer.from('{"made":"up"}')),
        close: async () => void steps.push('closed'),
        ...this.operation,
      };
    }
  }

  async function send(operation: Partial<IdempotentOperation> = {}): Promise<number> {
    server.respond(() => new Prepared(operation));
    return (await fetch(server.url)).status;
  }

  it('is sent, and releases what it holds after the answer', async () => {
    platform.behave((_seen, res) => {
      steps.push('sent');
      res.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    });
    expect(await send()).toBe(201);
    expect(platform.last.body.toString()).toBe('{"made":"up"}');
    expect(steps).toEqual(['sent', 'closed']);
  });

  it('releases what it holds when it cannot be sent or is refused', async () => {
    platform.answerWith(409, {});
    expect(await send()).toBe(409);
    expect(await send({ call: () => Promise.reject(new Problem('invalid_request')) })).toBe(400);
    expect(steps).toEqual(['closed', 'closed']);
    expect(platform.seen).toHaveLength(1);
  });

  it('may hold nothing', async () => {
    expect(await send({ close: undefined })).toBe(201);
  });
});
