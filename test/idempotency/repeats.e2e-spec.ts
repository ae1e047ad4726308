import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActionCreate } from '../../src/contract/dto/action.dto.js';
import { ConnectionCreate } from '../../src/contract/dto/connection-change.dto.js';
import { BigQueryConnectorCreate } from '../../src/contract/dto/connector-create.dto.js';
import { ConnectorVersionCreate } from '../../src/contract/dto/connector-version.dto.js';
import { DefinitionsCreate } from '../../src/contract/dto/definition.dto.js';
import { TriggerCreate } from '../../src/contract/dto/trigger.dto.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  answerInTurn,
  BODY,
  create,
  type Creating,
  exampleOf,
  newKey,
  SHOP,
  type Told,
  PATIENT,
} from './creating-call.js';

const ORG = '/api/connect/v1/o/acme';
const VERSION = exampleOf(ConnectorVersionCreate);
/** Each operation that accepts a key, with a body for it. */
const CREATING: [path: string, body: object | string][] = [
  [SHOP, BODY],
  [`${ORG}/protocols/bigquery/connectors`, exampleOf(BigQueryConnectorCreate)],
  [`${ORG}/connectors/c1/versions`, VERSION],
  [`${ORG}/connectors/c1/versions/1.0.0/library/import`, ''],
  [`${ORG}/connectors/c1/connections`, exampleOf(ConnectionCreate)],
  [`${ORG}/connections/n1/versions`, VERSION],
  [`${ORG}/connectors/c1/versions/1.0.0/actions`, exampleOf(ActionCreate)],
  [`${ORG}/connectors/c1/versions/1.0.0/triggers`, exampleOf(TriggerCreate)],
  [`${ORG}/connectors/c1/versions/1.0.0/definitions`, exampleOf(DefinitionsCreate)],
];

let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.signIn();
});
beforeEach(() => {
  gateway.platform.reset();
  answerInTurn(gateway);
});
afterAll(() => gateway.close());

const send = (request: Partial<Creating> = {}): Promise<Told> => create({ url: gateway.url, cookie, ...request });

describe('a repeat with the same key', () => {
  it.each(CREATING)('of POST %s gets the first response, byte for byte, and creates nothing', async (path, body) => {
    const key = newKey();
    const first = await send({ key, path, body });
    const repeat = await send({ key, path, body });
    expect(first).toMatchObject({ status: 201, replayed: null, type: 'application/json; charset=utf-8' });
    expect(first.text).toContain('"count":12345678901234567890}\n');
    expect(repeat).toMatchObject({ status: 201, replayed: 'true', type: first.type, text: first.text });
    expect(repeat.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect(gateway.platform.seen).toHaveLength(1);
    expect(gateway.platform.last.headers['idempotency-key']).toBeUndefined();
  });

  it('creates once for twenty concurrent calls; the others get Retry-After', async () => {
    const key = newKey();
    const gate = Promise.withResolvers<void>();
    gateway.platform.behave((_seen, res) => {
      void gate.promise.then(() => res.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"1"}'));
    });
    const all: Told[] = [];
    const sent = Array.from({ length: 20 }, () => send({ key }).then((got) => all.push(got)));
    await expect.poll(() => all.length, PATIENT).toBe(19);
    for (const got of all) {
      expect(got).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
      expect(got.headers.get('retry-after')).toBe('1');
    }
    gate.resolve();
    await Promise.all(sent);
    expect(all.at(-1)).toMatchObject({ status: 201, replayed: null });
    expect(gateway.platform.seen).toHaveLength(1);
    expect(await send({ key })).toMatchObject({ status: 201, replayed: 'true', text: '{"id":"1"}' });
  });

  it('with another body is rejected, also while the first call is in progress', async () => {
    const key = newKey();
    const gate = Promise.withResolvers<void>();
    gateway.platform.behave((_seen, res) => {
      void gate.promise.then(() => res.writeHead(201, { 'content-type': 'application/json' }).end('{}'));
    });
    const first = send({ key });
    await expect.poll(() => gateway.platform.seen.length, PATIENT).toBe(1);
    const other = { ...BODY, name: 'Other' };
    expect(await send({ key, body: other })).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    gate.resolve();
    await first;
    expect(await send({ key, body: other })).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(await send({ key, body: ` ${JSON.stringify(BODY)}` })).toMatchObject({ status: 422 });
    expect(gateway.platform.seen).toHaveLength(1);
  });
});

describe('a key', () => {
  it('is scoped to its caller', async () => {
    const key = newKey();
    gateway.identity.subject = 'somebody-else';
    const other = await gateway.signIn();
    gateway.identity.subject = 'person-1';
    const answers = [await send({ key }), await send({ key, cookie: other })];
    expect(answers.map(({ replayed }) => replayed)).toEqual([null, null]);
    expect(gateway.platform.seen).toHaveLength(2);
  });

  it('is shared by all sessions of a person', async () => {
    const key = newKey();
    await send({ key });
    expect(await send({ key, cookie: await gateway.signIn() })).toMatchObject({ status: 201, replayed: 'true' });
  });

  it('is scoped to one path, whatever its percent-encoding', async () => {
    const key = newKey();
    const path = `${ORG}/connectors/c1/versions`;
    await send({ key, path, body: VERSION });
    expect(await send({ key, path: path.replace('acme', '%61cme'), body: VERSION })).toMatchObject({
      replayed: 'true',
    });
    expect(await send({ key, path: path.replace('c1', 'c2'), body: VERSION })).toMatchObject({ replayed: null });
    expect(gateway.platform.seen).toHaveLength(2);
  });

  it('is the same quoted, as in the draft, and unquoted', async () => {
    const key = newKey();
    await send({ key: `"${key}"` });
    expect(await send({ key })).toMatchObject({ status: 201, replayed: 'true' });
    await send({ key: String.raw`"a\"b\\c${key}"` });
    expect(await send({ key: String.raw`"a\"b\\c${key}"` })).toMatchObject({ replayed: 'true' });
    expect(gateway.platform.seen).toHaveLength(2);
  });

  it.each(['', 'a b', 'a, b', '"a', 'a"', '"a";b=1', '"a", "b"', String.raw`"\a"`, 'ü', '""', 'x'.repeat(256)])(
    'is rejected as %j, and nothing is sent to the platform',
    async (key) => {
      const response = await send({ key });
      expect(response).toMatchObject({ status: 400, code: 'invalid_idempotency_key' });
      expect(JSON.parse(response.text)).toMatchObject({ fields: [{ field: 'Idempotency-Key' }] });
      expect(gateway.platform.seen).toEqual([]);
    },
  );

  it('may have 255 characters', async () => {
    const key = newKey().padEnd(255, '~');
    await send({ key });
    expect(await send({ key })).toMatchObject({ replayed: 'true' });
  });

  it('is ignored by operations that create nothing', async () => {
    const answer = await fetch(`${gateway.url}/api/connect/v1/categories`, {
      headers: { cookie, 'idempotency-key': 'not a key' },
    });
    expect(answer.status).toBe(201);
    expect(gateway.platform.seen).toHaveLength(1);
  });
});

describe('without a key', () => {
  it('every request creates', async () => {
    const answers = [await send(), await send()];
    expect(answers.map(({ status, replayed }) => [status, replayed])).toEqual([
      [201, null],
      [201, null],
    ]);
    expect(answers[0]?.text).not.toBe(answers[1]?.text);
    expect(gateway.platform.seen).toHaveLength(2);
  });
});
