import timers from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BODY_CASES } from './failures/body.cases.js';
import { CALLER_CASES } from './failures/caller.cases.js';
import { Crawler } from './failures/crawler.js';
import { allowedErrors, expectedErrors } from './failures/documented.errors.js';
import { IN_PROGRESS_WAY, KEY_CASES, withKey } from './failures/key.cases.js';
import { METHOD_CASES } from './failures/method.cases.js';
import { OWN_CASES } from './failures/own.cases.js';
import { PLATFORM_CASES } from './failures/platform.cases.js';
import { MISREADINGS, PREVIEW_WAY } from './failures/preview.cases.js';
import { REQUEST_CASES } from './failures/request.cases.js';
import { Tally } from './failures/tally.js';
import type { Call } from './failures/sender.js';
import { JSON_TYPE, TARGETS } from './failures/target.js';
import { type FailureCase, withBody } from './failures/failure-case.js';
import { HeldCalls } from './support/held-calls.js';
import { replaceBuiltin } from './support/unit/builtin.js';

const tally = new Tally();
let crawler: Crawler;

/** What repeats a rejected read (429) waits a second before each of three repeats. */
const { setTimeout: sleep } = timers;
const restore = replaceBuiltin(timers, 'setTimeout', (milliseconds, ...others) =>
  sleep(milliseconds === 1_000 ? 10 : milliseconds, ...others),
);
afterAll(restore);

beforeAll(async () => {
  crawler = await Crawler.start();
});
afterAll(() => crawler.close());
beforeEach(() => crawler.gateway.platform.reset());

const FAMILIES = [
  ['who calls', CALLER_CASES],
  ['where it goes', [...REQUEST_CASES, ...METHOD_CASES]],
  ['what it carries', BODY_CASES],
  ['what is the gateway’s own', OWN_CASES],
] as const;

describe.each(FAMILIES)('%s: the call does not reach the platform', (family, ways) => {
  it.each(ways.map((way) => [way.title, way] as const))(
    'E1: a call %s gets a complete problem',
    async (_title, way) => {
      expect(await tally.wrongAnswers(family, crawler, way)).toEqual([]);
      expect(crawler.gateway.platform.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([]);
    },
  );
});

describe('responses of the platform', () => {
  const targets = TARGETS.filter((target) => target.isOfPlatform);

  it('a valid call of each operation succeeds, so that the failures below have their own cause', async () => {
    const answers = await crawler.succeed(targets);
    expect(answers.flatMap(({ status }, at) => (status < 300 ? [] : [`${targets[at]?.name}: ${status}`]))).toEqual([]);
  });

  it.each(PLATFORM_CASES.map((way) => [way.title, way] as const))(
    'E2: an answer %s becomes a complete problem',
    async (_title, way) => {
      await crawler.satisfyBreaker();
      crawler.gateway.platform.reset();
      crawler.gateway.platform.behave(way.behaviour);
      expect(await tally.wrongAnswers('the platform', crawler, way)).toEqual([]);
      expect(crawler.gateway.platform.seen.length).toBeGreaterThanOrEqual(targets.length);
    },
  );
});

describe('the reads of a preview', () => {
  it.each(MISREADINGS)('E2: %s, gets a complete problem', async (_title, behaviour) => {
    crawler.gateway.platform.behave(behaviour);
    expect(await tally.wrongAnswers('previews', crawler, PREVIEW_WAY)).toEqual([]);
    expect(crawler.gateway.platform.seen.length).toBeGreaterThan(0);
  });
});

describe('refusals by Idempotency-Key', () => {
  const keyed = TARGETS.filter(({ takesKey }) => takesKey);

  it.each(KEY_CASES.map((key) => [key.title, key] as const))('E1: a call %s gets a problem', async (title, key) => {
    await crawler.satisfyBreaker();
    crawler.gateway.platform.behave(key.platform);
    const way = key.way(title.replaceAll(' ', '-'));
    // Sequential: together these responses would exceed what the gateway holds at a time.
    for (const target of keyed) await crawler.send([target], withKey(title.replaceAll(' ', '-')));
    expect(await tally.wrongAnswers('keys', crawler, way)).toEqual([]);
  });

  it('E1: a repeat of a call in progress gets a problem', async () => {
    const held = new HeldCalls(crawler.gateway.platform);
    const first = crawler.send(keyed, withKey('held'));
    await held.until(keyed.length);
    expect(await tally.wrongAnswers('keys', crawler, IN_PROGRESS_WAY)).toEqual([]);
    held.answerAll();
    await first;
  });
});

describe('refusals of single operations', () => {
  it.each(['WatchImport', 'AuthEvents'])('E1: one stream of %s beyond the limit gets a problem', async (id) => {
    const watch = TARGETS.filter(({ operationId }) => operationId === id);
    const open = await crawler.openStreams(watch[0], 16);
    const answer = { status: 429, code: 'too_many_watchers', headers: { 'retry-after': '5' } };
    const way = { title: 'to watch one more', spoil: (good: Call) => good, answer };
    expect(await tally.wrongAnswers('few', crawler, way, watch)).toEqual([]);
    for (const source of open) source.close();
  });

  it('E2: a document URL that cannot be read gets a problem', async () => {
    crawler.gateway.platform.behave((_seen, _res, req) => void req.socket.destroy());
    const schemaURL = `${crawler.gateway.platform.url}/a.json`;
    const way: FailureCase = {
      title: 'to preview what is not there',
      appliesTo: ({ template, body }) => template.endsWith('/preview') && body?.type === JSON_TYPE,
      spoil: (good) => withBody(good, JSON.stringify({ ...(JSON.parse(good.body ?? '{}') as object), schemaURL })),
      answer: { status: 502, code: 'document_unreachable' },
    };
    expect(await tally.wrongAnswers('few', crawler, way)).toEqual([]);
  });
});

describe('the crawl', () => {
  it('F2: received exactly the errors that the API document lists, for each operation', () => {
    const allowed = allowedErrors();
    expect(tally.seen.filter((name) => !allowed.has(name))).toEqual([]);
    expect(expectedErrors('request').filter((name) => !tally.seen.includes(name))).toEqual([]);
  });

  it('E1: covered enough operations and failures', () => {
    const least = {
      'who calls': 750,
      'where it goes': 1_700,
      'what it carries': 550,
      'what is the gateway’s own': 35,
      'the platform': 5_000,
      previews: 7,
      keys: 50,
      few: 3,
    };
    expect(tally.tooFew(least)).toEqual([]);
  });
});
