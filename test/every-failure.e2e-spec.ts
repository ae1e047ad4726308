import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BODY_WAYS } from './failures/body.ways.js';
import { CALLER_WAYS } from './failures/caller.ways.js';
import { Crawler } from './failures/crawler.js';
import { METHOD_WAYS } from './failures/method.ways.js';
import { OWN_WAYS } from './failures/own.ways.js';
import { PLATFORM_WAYS } from './failures/platform.ways.js';
import { MISREADINGS, PREVIEW_WAY } from './failures/preview.ways.js';
import { REQUEST_WAYS } from './failures/request.ways.js';
import { Tally } from './failures/tally.js';
import { TARGETS } from './failures/target.js';

const tally = new Tally();
let crawler: Crawler;

beforeAll(async () => {
  crawler = await Crawler.start();
});
afterAll(() => crawler.close());
beforeEach(() => crawler.gateway.platform.reset());

const FAMILIES = [
  ['who calls', CALLER_WAYS],
  ['where it goes', [...REQUEST_WAYS, ...METHOD_WAYS]],
  ['what it carries', BODY_WAYS],
  ['what is the gateway’s own', OWN_WAYS],
] as const;

describe.each(FAMILIES)('%s: the platform does not hear of it', (family, ways) => {
  it.each(ways.map((way) => [way.title, way] as const))('E1: a call %s is a problem, whole', async (_title, way) => {
    expect(await tally.wrongAnswers(family, crawler, way)).toEqual([]);
    expect(crawler.gateway.platform.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([]);
  });
});

describe('what the platform answers with', () => {
  const targets = TARGETS.filter((target) => target.isOfPlatform);

  it('a good call of each operation succeeds, so that what follows fails for its own reason', async () => {
    const answers = await crawler.succeed(targets);
    expect(answers.flatMap(({ status }, at) => (status < 300 ? [] : [`${targets[at]?.name}: ${status}`]))).toEqual([]);
  });

  it.each(PLATFORM_WAYS.map((way) => [way.title, way] as const))(
    'E2: an answer %s is told as a problem, whole',
    async (_title, way) => {
      await crawler.satisfyBreaker();
      crawler.gateway.platform.reset();
      crawler.gateway.platform.behave(way.behaviour);
      expect(await tally.wrongAnswers('the platform', crawler, way)).toEqual([]);
      expect(crawler.gateway.platform.seen.length).toBeGreaterThanOrEqual(targets.length);
    },
  );
});

describe('what a preview reads of the platform', () => {
  it.each(MISREADINGS)('E2: %s, is a problem, whole', async (_title, behaviour) => {
    crawler.gateway.platform.behave(behaviour);
    expect(await tally.wrongAnswers('previews', crawler, PREVIEW_WAY)).toEqual([]);
    expect(crawler.gateway.platform.seen.length).toBeGreaterThan(0);
  });
});

describe('the crawl', () => {
  it('E1: has tried enough of it all', () => {
    const least = {
      'who calls': 750,
      'where it goes': 1_700,
      'what it carries': 550,
      'what is the gateway’s own': 35,
      'the platform': 5_000,
      previews: 14,
    };
    expect(tally.tooFew(least)).toEqual([]);
  });
});
