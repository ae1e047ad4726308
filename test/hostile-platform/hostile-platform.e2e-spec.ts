import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PlatformClient } from '../../src/platform/platform.client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { exchange, type RawAnswer } from '../support/raw.js';
import { RawPlatform } from '../support/raw-platform.js';
import { CUT_SHORT, HOSTILE_ANSWERS } from './answers.js';

const API = '/api/connect/v1';
const CATEGORIES = `${API}/categories`;
const MIB = 1_048_576;
/** The only response headers that a browser may see. */
const HEADERS = [
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'date',
  'transfer-encoding',
  'x-content-type-options',
  'x-request-id',
];

let platform: RawPlatform;
let gateway: TestGateway;
let cookie: string;

beforeAll(async () => {
  platform = await RawPlatform.start();
  gateway = await startGateway({ PLATFORM_URL: platform.url, PLATFORM_TIMEOUT_MS: '400' });
  cookie = await gateway.signIn();
});
afterAll(async () => {
  await gateway.close();
  await platform.close();
});

/** A response in chunks of 1 MiB, and one chunk of the remaining bytes. */
function* chunksOf(mebibytes: number, more: number): Generator<string> {
  yield 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
  for (let i = 0; i < mebibytes; i++) yield `100000\r\n${'1'.repeat(MIB)}\r\n`;
  yield `${more === 0 ? '' : `${more.toString(16)}\r\n${'1'.repeat(more)}\r\n`}0\r\n\r\n`;
}

const head = (target: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`;
const get = (target: string): Promise<RawAnswer> => exchange(gateway.url, head(target));

function headersOf({ head: text }: RawAnswer): string[] {
  return text
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(':', 1)[0]?.toLowerCase() ?? '');
}

/** Expects that no call is still counted as in progress, and that later calls get their own responses. */
afterEach(async () => {
  platform.behave();
  await expect.poll(() => gateway.app.get(PlatformClient, { strict: false }).inFlight).toBe(0);
  for (const id of ['a', 'b'])
    expect((await get(`${API}/o/acme/connectors/${id}`)).body).toBe(`"${API}/o/acme/connectors/${id}"`);
});

describe('the responses of a hostile platform', () => {
  it.each(HOSTILE_ANSWERS.map((answer) => [answer.title, answer] as const))(
    'P6: %s: the response is complete, or a problem',
    async (_title, { behaviour, status, says }) => {
      platform.behave(behaviour);
      const answer = await get(CATEGORIES);
      const said = status === 200 ? answer.body : (JSON.parse(answer.body) as { code: string }).code;
      expect({ status: answer.status, said }).toEqual({ status, said: says });
      expect(headersOf(answer).filter((name) => !HEADERS.includes(name))).toEqual([]);
      expect(answer.head + answer.body).not.toMatch(/FORGED|stolen/);
    },
  );

  it.each(CUT_SHORT)('P7: a long response that is cut short %s does not look complete', async (_how, behaviour) => {
    platform.behave(behaviour);
    const answer = await get(CATEGORIES);
    expect(answer.status).toBe(200);
    if (headersOf(answer).includes('content-length')) {
      expect(answer.head).toContain('Content-Length: 600000');
      expect(answer.body.length).toBeLessThan(600_000);
    } else {
      expect(answer.head).toContain('Transfer-Encoding: chunked');
      expect(answer.body).not.toMatch(/\r\n0\r\n\r\n$/);
    }
  });

  it('P17: a response is cancelled after its caller has disconnected', async () => {
    const closed = new Promise<void>((resolve) =>
      platform.behave((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n');
        const more = setInterval(() => socket.write('1'.repeat(100_000)), 5);
        socket.on('close', () => (clearInterval(more), resolve()));
      }),
    );
    const caller = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    caller.write(head(CATEGORIES));
    await new Promise((resolve) => caller.once('data', resolve));
    caller.destroy();
    await closed;
    expect(platform.seen.at(-1)).toBe(CATEGORIES);
  });
});

it('P7: a truncated response is logged as a failure of the platform, not as a disconnected caller', async () => {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line), dropped: 0 };
  const logging = await startGateway({ PLATFORM_URL: platform.url, LOG_LEVEL: 'info' }, sink);
  const own = await logging.signIn();
  platform.behave(CUT_SHORT[0]?.[1]);
  const answer = await fetch(logging.url + CATEGORIES, { headers: { cookie: own } });
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow('terminated');
  await expect.poll(() => lines.filter((line) => line.includes('"msg":"request"')).at(-1)).toContain('"status":502');
  await logging.close();
});

describe('P8: a response of 256 MiB', () => {
  let patient: TestGateway;
  beforeAll(async () => {
    // Generous, because the response timeout is not tested here.
    patient = await startGateway({ PLATFORM_URL: platform.url, PLATFORM_TIMEOUT_MS: '30000' });
  });
  afterAll(() => patient.close());

  it.each([
    [0, true],
    [1, false],
  ])('and %i bytes: is passed on: %s', { timeout: 60_000 }, async (more, isWhole) => {
    platform.behave((socket) => void Readable.from(chunksOf(256, more)).pipe(socket));
    const answer = await fetch(patient.url + CATEGORIES, { headers: { cookie: await patient.signIn() } });
    let bytes = 0;
    const read = async (): Promise<number> => {
      for await (const chunk of answer.body ?? []) bytes += chunk.length;
      return bytes;
    };
    if (isWhole) expect(await read()).toBe(256 * MIB);
    else await expect(read()).rejects.toThrow('terminated');
    expect(bytes).toBeLessThanOrEqual(256 * MIB);
  });
});
