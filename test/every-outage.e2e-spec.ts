import { afterEach, describe, expect, it } from 'vitest';
import { Crawler } from './failures/crawler.js';
import { outage, PROVIDER_WAY, SILENCES, STORE_WAY } from './failures/outage.ways.js';
import { callbackWay, comeBack, logoutWay, PROVIDER_FAULTS } from './failures/sign-in.ways.js';
import { Tally } from './failures/tally.js';
import { TARGETS } from './failures/target.js';
import { FakePlatform } from './support/fake-platform.js';
import { freePort } from './support/gateway.js';
import { hasRedis, TestRedis, WITHOUT_REDIS } from './support/redis.js';

const UNREACHABLE = { status: 502, code: 'platform_unreachable' };
const TIMEOUT = { status: 504, code: 'platform_timeout' };
const PAUSED = { status: 503, code: 'platform_paused', headers: { 'retry-after': '1' } };
const OF_PLATFORM = TARGETS.filter((target) => target.isOfPlatform);
/** Few enough for the circuit breaker to have no opinion. */
const A_FEW = OF_PLATFORM.filter((_target, at) => at % 3 === 0);

const tally = new Tally();
let crawler: Crawler;
afterEach(() => crawler.close());

describe('every operation, while the platform', () => {
  it('E2: says nothing, is a 504', async () => {
    crawler = await Crawler.start({ PLATFORM_TIMEOUT_MS: '500' });
    await crawler.satisfyBreaker();
    crawler.gateway.platform.behave(() => undefined);
    expect(await tally.wrongAnswers('silence', crawler, outage(TIMEOUT))).toEqual([]);
  });

  it.each(SILENCES)('E2: stops after %s, is a 504', async (_title, behaviour) => {
    crawler = await Crawler.start({ PLATFORM_TIMEOUT_MS: '500' });
    crawler.gateway.platform.behave(behaviour);
    expect(await tally.wrongAnswers('silence', crawler, outage(TIMEOUT), A_FEW)).toEqual([]);
  });

  it('E2: is stopped, is a 502, and P14: a 503 once that is known', async () => {
    crawler = await Crawler.start();
    await crawler.satisfyBreaker();
    await crawler.gateway.platform.close();
    expect(await tally.wrongAnswers('stopped', crawler, outage(UNREACHABLE))).toEqual([]);
    await crawler.succeed([...OF_PLATFORM, ...OF_PLATFORM, ...OF_PLATFORM]);
    expect(await tally.wrongAnswers('paused', crawler, outage(PAUSED))).toEqual([]);
  });

  it.each([
    ['has a name that nobody knows', 'http://platform.invalid/api/connect/v1'],
    ['is at a port that nobody listens at', 'http://127.0.0.1:1/api/connect/v1'],
  ])('E2: %s, is a 502', async (_title, url) => {
    crawler = await Crawler.start({ PLATFORM_URL: url });
    expect(await tally.wrongAnswers('never there', crawler, outage(UNREACHABLE), A_FEW)).toEqual([]);
  });

  it('E2: speaks no TLS, is a 502', async () => {
    const plain = await FakePlatform.start();
    crawler = await Crawler.start({ PLATFORM_URL: plain.url.replace('http:', 'https:') });
    expect(await tally.wrongAnswers('never there', crawler, outage(UNREACHABLE), A_FEW)).toEqual([]);
    await plain.close();
  });
});

describe('while the identity provider is away', () => {
  it('E2: what needs it is a 503, and strangers are told to sign in all the same', async () => {
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

  it('E2: is a 403 when the provider refuses', async () => {
    crawler = await Crawler.startAsStranger();
    const { query, cookie } = await comeBack(crawler.gateway.url);
    const refused = { query: query.replace(/code=[^&]+/, 'error=access_denied'), cookie };
    expect(
      await tally.wrongAnswers('sign-in', crawler, callbackWay(refused, { status: 403, code: 'login_refused' })),
    ).toEqual([]);
  });

  it('E2: of somebody else’s session is a 503 when nobody can tell whether the provider said it', async () => {
    crawler = await Crawler.startAsStranger();
    crawler.gateway.identity.jwksDown = true;
    expect(
      await tally.wrongAnswers('sign-in', crawler, logoutWay(await crawler.gateway.identity.logoutToken())),
    ).toEqual([]);
  });
});

describe.skipIf(!hasRedis())(`while the session store is frozen${WITHOUT_REDIS}`, () => {
  it('S5: whoever is signed in gets a 503', async () => {
    const redis = await TestRedis.start();
    try {
      crawler = await Crawler.start({ SESSION_STORE_URL: redis.url });
      redis.freeze();
      expect(await tally.wrongAnswers('no store', crawler, STORE_WAY)).toEqual([]);
      expect(crawler.gateway.platform.seen).toEqual([]);
    } finally {
      await redis.close();
    }
  });
});

describe('the crawl', () => {
  it('E1: has tried enough of it all', () => {
    const least = {
      silence: 80,
      stopped: 50,
      paused: 50,
      'never there': 45,
      'no provider': 50,
      'sign-in': 12,
      ...(hasRedis() && { 'no store': 55 }),
    };
    expect(tally.tooFew(least)).toEqual([]);
  });
});
