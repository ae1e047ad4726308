import { afterEach, describe, expect, it, vi } from 'vitest';
import { SessionGuard } from '../src/auth/session.guard.js';
import type { FairTurns } from '../src/http/fair.turns.js';
import { DocumentCheck } from '../src/import/check/document.check.js';
import { UploadDirectory } from '../src/import/intake/upload.directory.js';
import type { Expected } from './failures/answer.faults.js';
import { Crawler } from './failures/crawler.js';
import { allowedErrors, expectedErrors } from './failures/documented.errors.js';
import {
  LATE_WAY,
  ofSessions,
  outage,
  PROVIDER_WAY,
  SILENCES,
  STALLED_WAY,
  STORE_WAY,
  uploads,
} from './failures/outage.cases.js';
import { callbackWay, comeBack, logoutWay, PROVIDER_FAULTS } from './failures/sign-in.cases.js';
import { Tally } from './failures/tally.js';
import { TARGETS, type Target } from './failures/target.js';
import type { FailureCase } from './failures/failure-case.js';
import { HeldCalls } from './support/held-calls.js';
import { OpenCall } from './support/open-call.js';
import { hurrySocketTimeouts } from './support/socket-timeouts.js';
import { FakePlatform } from './support/fake-platform.js';
import { freePort } from './support/gateway.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from './support/redis.js';

const UNREACHABLE = { status: 502, code: 'platform_unreachable' };
const TIMEOUT = { status: 504, code: 'platform_timeout' };
const PAUSED = { status: 503, code: 'platform_paused', headers: { 'retry-after': '1' } };
const OF_PLATFORM = TARGETS.filter((target) => target.isOfPlatform);
/** Too few calls to open the circuit breaker. */
const A_FEW = OF_PLATFORM.filter((_target, at) => at % 3 === 0);

const tally = new Tally();
let crawler: Crawler;
afterEach(() => crawler.close());

describe('every operation, while the platform', () => {
  it('E2: does not answer, gets 504', async () => {
    crawler = await Crawler.start({ PLATFORM_TIMEOUT_MS: '500' });
    await crawler.satisfyBreaker();
    crawler.gateway.platform.behave(() => undefined);
    expect(await tally.wrongAnswers('silence', crawler, outage(TIMEOUT))).toEqual([]);
  });

  it.each(SILENCES)('E2: stalls after %s, gets 504', async (_title, behaviour) => {
    crawler = await Crawler.start({ PLATFORM_TIMEOUT_MS: '500' });
    crawler.gateway.platform.behave(behaviour);
    expect(await tally.wrongAnswers('silence', crawler, outage(TIMEOUT), A_FEW)).toEqual([]);
  });

  it('E2: is down, gets 502, and P14: 503 once the circuit breaker is open', async () => {
    crawler = await Crawler.start();
    await crawler.satisfyBreaker();
    await crawler.gateway.platform.close();
    expect(await tally.wrongAnswers('stopped', crawler, outage(UNREACHABLE))).toEqual([]);
    await crawler.succeed([...OF_PLATFORM, ...OF_PLATFORM, ...OF_PLATFORM]);
    expect(await tally.wrongAnswers('paused', crawler, outage(PAUSED))).toEqual([]);
  });

  it.each([
    ['has an unknown host name', 'http://platform.invalid/api/connect/v1'],
    ['has a port without a listener', 'http://127.0.0.1:1/api/connect/v1'],
  ])('E2: %s, gets 502', async (_title, url) => {
    crawler = await Crawler.start({ PLATFORM_URL: url });
    expect(await tally.wrongAnswers('never there', crawler, outage(UNREACHABLE), A_FEW)).toEqual([]);
  });

  it('E2: does not speak TLS, gets 502', async () => {
    const plain = await FakePlatform.start();
    crawler = await Crawler.start({ PLATFORM_URL: plain.url.replace('http:', 'https:') });
    expect(await tally.wrongAnswers('never there', crawler, outage(UNREACHABLE), A_FEW)).toEqual([]);
    await plain.close();
  });
});

describe('while the identity provider is unavailable', () => {
  it('E2: operations that need it get 503, and calls without a session still get 401', async () => {
    crawler = await Crawler.startAsStranger({ OIDC_ISSUER: `http://127.0.0.1:${await freePort()}` });
    expect(await tally.wrongAnswers('no provider', crawler, PROVIDER_WAY)).toEqual([]);
    expect(await tally.wrongAnswers('no provider', crawler, outage({ status: 401, code: 'unauthenticated' }))).toEqual(
      [],
    );
  });
});

describe('the end of a sign-in', () => {
  it.each(PROVIDER_FAULTS)('E2: is a problem when the provider %s', async (_title, spoil, answer) => {
    crawler = await Crawler.startAsStranger();
    const browser = await comeBack(crawler.gateway.url);
    await spoil(crawler.gateway.identity);
    expect(await tally.wrongAnswers('sign-in', crawler, callbackWay(browser, answer))).toEqual([]);
  });

  it('E2: gets 403 when the provider refuses', async () => {
    crawler = await Crawler.startAsStranger();
    const { query, cookie } = await comeBack(crawler.gateway.url);
    const refused = { query: query.replace(/code=[^&]+/, 'error=access_denied'), cookie };
    expect(
      await tally.wrongAnswers('sign-in', crawler, callbackWay(refused, { status: 403, code: 'login_refused' })),
    ).toEqual([]);
  });

  it('E2: by back-channel logout gets 503 when the logout token cannot be verified', async () => {
    crawler = await Crawler.startAsStranger();
    crawler.gateway.identity.jwksDown = true;
    expect(
      await tally.wrongAnswers('sign-in', crawler, logoutWay(await crawler.gateway.identity.logoutToken())),
    ).toEqual([]);
  });
});

describe.skipIf(!hasRedis())(`while the session store is frozen${WITHOUT_REDIS}`, () => {
  it('S5: a signed-in caller gets 503', async () => {
    const redis = await TestRedis.start();
    try {
      crawler = await Crawler.start({ SESSION_STORE_URL: redis.url });
      redis.freeze();
      expect(await tally.wrongAnswers('no store', crawler, STORE_WAY)).toEqual([]);
      const ended = logoutWay(await crawler.gateway.identity.logoutToken(), STORE_WAY.answer as Expected);
      expect(await tally.wrongAnswers('no store', crawler, ended)).toEqual([]);
      expect(crawler.gateway.platform.seen).toEqual([]);
    } finally {
      await redis.close();
    }
  });
});

describe('while all call slots are taken', () => {
  const categories = TARGETS.filter(({ operationId }) => operationId === 'ListCategories');
  const BUSY = { headers: { 'retry-after': '1' } };

  /** Takes this many call slots for one person. */
  async function take(held: HeldCalls, count: number, cookie: string): Promise<void> {
    const before = held.size;
    for (let taken = 0; taken < count; taken += 128) {
      const some = Array.from({ length: 128 }, () => categories[0]).flatMap((target) => target ?? []);
      for (const target of some)
        void new OpenCall(crawler.gateway.url + target.path, cookie).answer.catch(() => undefined);
      await held.until(before + taken + 128);
    }
  }

  it('P8: a call gets 429 when the caller’s slots are taken, and 503 when all are', async () => {
    crawler = await Crawler.start({ PLATFORM_TIMEOUT_MS: '120000' });
    const [own = ''] = await crawler.signIn(1);
    const held = new HeldCalls(crawler.gateway.platform);
    await take(held, 256, own);
    const mine = outage({ status: 429, code: 'too_many_calls', ...BUSY });
    expect(await tally.wrongAnswers('busy', crawler, mine)).toEqual([]);
    for (const person of ['ann', 'bob', 'cem']) await take(held, 256, (await crawler.signIn(1, person))[0] ?? '');
    const [eve = ''] = await crawler.signIn(1, 'eve');
    const everybody = outage({ status: 503, code: 'platform_busy', ...BUSY });
    const asEve: FailureCase = {
      ...everybody,
      spoil: (good) => ({ ...good, headers: { ...good.headers, cookie: eve } }),
    };
    expect(await tally.wrongAnswers('busy', crawler, asEve)).toEqual([]);
    held.answerAll();
  });

  it('P8: an upload gets 503 when all document checks are busy', async () => {
    crawler = await Crawler.start();
    const { turns } = crawler.gateway.app.get<{ turns: FairTurns }>(DocumentCheck, { strict: false });
    for (let n = 0; turns.mayEnter(`person ${n}`); n++) void turns.enter(`person ${n}`);
    const busy = { status: 503, code: 'import_busy', headers: { 'retry-after': '5' } };
    expect(await tally.wrongAnswers('uploads', crawler, uploads(busy))).toEqual([]);
  });
});

describe('bodies that do not arrive or cannot be stored', () => {
  it('O8: an upload gets 503 without a disk', async () => {
    crawler = await Crawler.start();
    const directory = crawler.gateway.app.get(UploadDirectory, { strict: false });
    // A deleted directory is created again; here that is impossible.
    vi.spyOn(directory, 'newFile').mockReturnValue('/nowhere/document');
    const answer = { status: 503, code: 'upload_not_stored' };
    expect(await tally.wrongAnswers('uploads', crawler, uploads(answer))).toEqual([]);
  });

  it('P9: an upload that stalls gets 408', async () => {
    const timeouts = hurrySocketTimeouts();
    crawler = await Crawler.start();
    expect(await tally.wrongAnswers('uploads', crawler, STALLED_WAY)).toEqual([]);
    timeouts.restore();
  });

  it('P9: a body that does not arrive gets 408', async () => {
    crawler = await Crawler.start();
    const { setTimeout: own } = globalThis;
    const hurried = (run: () => void, milliseconds: number, ...args: []): NodeJS.Timeout =>
      own(run, milliseconds === 60_000 ? 100 : milliseconds, ...args);
    const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(hurried as typeof setTimeout);
    expect(await tally.wrongAnswers('late', crawler, LATE_WAY)).toEqual([]);
    spy.mockRestore();
  });
});

describe('a session', () => {
  const guarded = TARGETS.filter(({ isPublic }) => !isPublic).length;

  it('F1: that was ended gets 401 with the reason', async () => {
    crawler = await Crawler.start();
    const cookies = await crawler.signIn(1);
    await fetch(`${crawler.gateway.url}/auth/logout`, {
      method: 'POST',
      headers: { cookie: cookies[0] ?? '', 'x-csrf': '1' },
    });
    const ended = ofSessions(cookies, { status: 401, code: 'session_ended' });
    expect(await tally.wrongAnswers('sessions', crawler, ended)).toEqual([]);
  });

  it('S7: whose token cannot be renewed gets 401, and 503 while the provider is unavailable', async () => {
    crawler = await Crawler.start();
    const { identity } = crawler.gateway;
    identity.idTokenSeconds = 60;
    const lasting = await crawler.signIn(1);
    identity.refreshesIdToken = false;
    const spent = await crawler.signIn(guarded);
    const { now } = Date;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + 300_000);
    // A stream of session events needs no token and would never end.
    const calls = { appliesTo: ({ isPublic, template }: Target) => !isPublic && template !== '/auth/events' };
    const over = { ...ofSessions(spent, { status: 401, code: 'reauthentication_required' }), ...calls };
    expect(await tally.wrongAnswers('sessions', crawler, over)).toEqual([]);
    await identity.close();
    const away = { status: 503, code: 'identity_provider_unavailable', headers: { 'retry-after': '5' } };
    expect(await tally.wrongAnswers('sessions', crawler, { ...ofSessions(lasting, away), ...calls })).toEqual([]);
    clock.mockRestore();
  });
});

it('E1: an operation that fails because of a gateway error gets 500 without details', async () => {
  crawler = await Crawler.start();
  const spy = vi.spyOn(SessionGuard.prototype, 'canActivate').mockImplementation(() => {
    throw new TypeError('at db-7.internal (/srv/src/main.ts:3:1)');
  });
  const way: FailureCase = {
    title: 'of any kind',
    appliesTo: ({ operationId }) => operationId !== undefined,
    spoil: (good) => good,
    answer: { status: 500, code: 'internal_error' },
  };
  expect(await tally.wrongAnswers('faults', crawler, way)).toEqual([]);
  spy.mockRestore();
});

describe('the crawl', () => {
  it.skipIf(!hasRedis())(
    `F2: was answered with the errors that the API document has, and with no others${WITHOUT_REDIS}`,
    () => {
      const allowed = allowedErrors();
      expect(tally.seen.filter((name) => !allowed.has(name))).toEqual([]);
      expect(expectedErrors('outage').filter((name) => !tally.seen.includes(name))).toEqual([]);
    },
  );

  it('E1: covered enough operations and failures', () => {
    const least = {
      silence: 80,
      stopped: 50,
      paused: 50,
      'never there': 45,
      'no provider': 50,
      'sign-in': 12,
      busy: 100,
      uploads: 12,
      late: 20,
      sessions: 150,
      faults: 60,
      ...(hasRedis() && { 'no store': 55 }),
    };
    expect(tally.tooFew(least)).toEqual([]);
  });
});
