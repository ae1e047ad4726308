import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, startGateway, type TestGateway } from './support/gateway.js';
import { HeldCalls } from './support/held-calls.js';
import { OpenCall } from './support/open-call.js';
import { exchange } from './support/raw.js';
import { openSockets } from './support/sockets.js';

const CATEGORIES = '/api/connect/v1/categories';
const PER_CALLER = 256;
const IN_ALL = 1_024;
/** Opens at most as many connections at a time as the listen backlog holds. */
const AT_ONCE = 128;

let gateway: TestGateway;
let metrics: number;
let held: HeldCalls;
let socketsBefore: number;

beforeEach(async () => {
  socketsBefore = openSockets();
  metrics = await freePort();
  gateway = await startGateway({ METRICS_PORT: String(metrics), PLATFORM_TIMEOUT_MS: '120000' });
  held = new HeldCalls(gateway.platform);
});
afterEach(() => {
  held.answerAll();
  return gateway.close();
});

const call = (cookie: string): OpenCall => new OpenCall(gateway.url + CATEGORIES, cookie);

/** A session of a new person each time. */
function signIn(subject: string): Promise<string> {
  gateway.identity.subject = subject;
  return gateway.signIn();
}

/** Starts `count` calls and waits until the platform has received all of them. */
async function hold(count: number, cookie: string): Promise<OpenCall[]> {
  const calls: OpenCall[] = [];
  const before = held.size;
  while (calls.length < count) {
    const more = Math.min(AT_ONCE, count - calls.length);
    calls.push(...Array.from({ length: more }, () => call(cookie)));
    await held.until(before + calls.length);
  }
  return calls;
}

/** The calls in progress according to the metrics. */
async function inFlight(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
  return Number(/^gateway_platform_calls_in_flight (\d+)$/m.exec(text)?.[1]);
}

/** Status and error code of each response. */
async function answersOf(calls: readonly OpenCall[]): Promise<Set<string>> {
  const answers = await Promise.all(calls.map(({ answer }) => answer));
  return new Set(answers.map((answer) => `${answer?.status} ${answer?.code ?? ''}`.trim()));
}

/** After all responses: no call is counted as in progress, and no idle connection to the platform stays open. */
async function expectQuiet(): Promise<void> {
  await expect.poll(inFlight).toBe(0);
  await expect.poll(() => gateway.platform.connections).toBe(0);
}

describe('P8: calls in progress of one caller', () => {
  it('are limited to 256: the next one gets 429 without reaching the platform, and other callers are unaffected', async () => {
    const ann = await signIn('ann');
    const calls = await hold(PER_CALLER - 1, ann);
    calls.push(...(await hold(1, ann)));
    expect(await inFlight()).toBe(PER_CALLER);
    const refused = await call(ann).answer;
    expect(refused).toMatchObject({ status: 429, code: 'too_many_calls', headers: { 'retry-after': '1' } });
    expect(gateway.platform.seen).toHaveLength(PER_CALLER);

    const others = await hold(1, await signIn('bob'));
    held.answerAll();
    expect(await answersOf([...calls, ...others])).toEqual(new Set(['200']));
    await expectQuiet();
  });

  it('H3: are counted over all sessions of a person', async () => {
    const sessions = [await signIn('ann'), await signIn('ann')];
    const calls = [...(await hold(PER_CALLER - 100, sessions[0] ?? '')), ...(await hold(100, sessions[1] ?? ''))];
    for (const session of sessions) expect((await call(session).answer)?.code).toBe('too_many_calls');
    calls.push(...(await hold(1, await signIn('bob'))));
    held.answerAll();
    expect(await answersOf(calls)).toEqual(new Set(['200']));
    await expectQuiet();
  });

  it('free a slot as soon as one is answered', async () => {
    const ann = await signIn('ann');
    const calls = await hold(PER_CALLER, ann);
    held.answerOne();
    await Promise.race(calls.map(({ answer }) => answer));
    calls.push(...(await hold(1, ann)));
    expect((await call(ann).answer)?.code).toBe('too_many_calls');
    held.answerAll();
    expect(await answersOf(calls)).toEqual(new Set(['200']));
    await expectQuiet();
  });

  it('P17: free a slot when the caller disconnects, and the call to the platform is aborted', async () => {
    const ann = await signIn('ann');
    const [left, ...calls] = await hold(PER_CALLER, ann);
    left?.leave();
    await held.until(PER_CALLER - 1);
    await expect.poll(inFlight).toBe(PER_CALLER - 1);
    calls.push(...(await hold(1, ann)));
    for (const open of calls) open.leave();
    await held.until(0);
    await expectQuiet();
  });

  it('free a slot when the platform resets one', async () => {
    const ann = await signIn('ann');
    const calls = await hold(PER_CALLER, ann);
    await held.breakOne(Promise.race(calls.map(({ answer }) => answer)));
    calls.push(...(await hold(1, ann)));
    held.answerAll();
    expect(await answersOf(calls)).toEqual(new Set(['200', '502 platform_unreachable']));
    await expectQuiet();
  });
});

describe('P8: calls in progress of all callers', () => {
  it('are limited to 1,024: the next one gets 503 for any caller until one is answered', async () => {
    const calls: OpenCall[] = [];
    for (const subject of ['ann', 'bob', 'cem', 'dee']) calls.push(...(await hold(PER_CALLER, await signIn(subject))));
    expect(await inFlight()).toBe(IN_ALL);

    const eve = await signIn('eve');
    const refused = await call(eve).answer;
    expect(refused).toMatchObject({ status: 503, code: 'platform_busy', headers: { 'retry-after': '1' } });
    // Without its body, whose checks may be most of the work.
    const head = `POST /api/connect/v1/o/acme/protocols/http/connectors HTTP/1.1\r\nHost: ${new URL(gateway.url).host}\r\nConnection: close\r\n`;
    const rest = `Cookie: ${eve}\r\nX-CSRF: 1\r\nContent-Type: application/json\r\nContent-Length: 16384\r\n\r\n`;
    expect(await exchange(gateway.url, head + rest)).toMatchObject({ status: 503 });
    expect(gateway.platform.seen).toHaveLength(IN_ALL);

    held.answerOne();
    await Promise.race(calls.map(({ answer }) => answer));
    calls.push(...(await hold(1, eve)));
    held.answerAll();
    expect(await answersOf(calls)).toEqual(new Set(['200']));
    await expectQuiet();
  });
});

describe('P17: after all calls have ended', () => {
  it('no connection stays open, whichever side closed first', async () => {
    const ann = await signIn('ann');
    const calls = await hold(64, ann);
    for (const open of calls.slice(0, 32)) open.leave();
    await held.until(32);
    held.answerAll();
    await Promise.all(calls.map(({ answer }) => answer));
    await gateway.close();
    await expect.poll(openSockets).toBeLessThanOrEqual(socketsBefore);
  });
});
