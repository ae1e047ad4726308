import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BODY_WAYS } from './failures/body.ways.js';
import { CALLER_WAYS } from './failures/caller.ways.js';
import { Crawler } from './failures/crawler.js';
import { METHOD_WAYS } from './failures/method.ways.js';
import { OWN_WAYS } from './failures/own.ways.js';
import { PLATFORM_WAYS } from './failures/platform.ways.js';
import { REQUEST_WAYS } from './failures/request.ways.js';
import { TARGETS } from './failures/target.js';
import type { Way } from './failures/way.js';

const tried = new Map<string, number>();
let crawler: Crawler;
beforeAll(async () => {
  crawler = await Crawler.start();
});
afterAll(() => crawler.close());
beforeEach(() => crawler.gateway.platform.reset());

const byTitle = (ways: readonly Way[]): [string, Way][] => ways.map((way) => [way.title, way]);

/** Goes one way with every target, and counts. */
async function expectProblems(family: string, way: Way): Promise<void> {
  const { tried: calls, wrong } = await crawler.fail(way);
  tried.set(family, (tried.get(family) ?? 0) + calls);
  expect(wrong).toEqual([]);
  expect(calls).toBeGreaterThan(0);
}

describe.each([
  ['B3: who calls', CALLER_WAYS],
  ['P11: where it goes', [...REQUEST_WAYS, ...METHOD_WAYS]],
  ['P8: what it carries', BODY_WAYS],
  ['B4: what the gateway answers itself', OWN_WAYS],
] as const)('%s', (family, ways) => {
  it.each(byTitle(ways))('E1: a call %s is a problem, whole', async (_title, way) => {
    await expectProblems(family, way);
    expect(crawler.gateway.platform.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([]);
  });
});

describe('E2: what the platform answers with', () => {
  const targets = TARGETS.filter((target) => target.isOfPlatform);

  it('a good call of each operation succeeds, so that what follows fails for its own reason', async () => {
    const answers = await crawler.succeed(targets);
    expect(answers.flatMap(({ status }, at) => (status < 300 ? [] : [`${targets[at]?.name}: ${status}`]))).toEqual([]);
  });

  it.each(PLATFORM_WAYS.map((way) => [way.title, way] as const))(
    'E1: %s, is told as a problem, whole',
    async (_title, way) => {
      await crawler.succeed([...targets, ...targets, ...targets]);
      crawler.gateway.platform.behave(way.behaviour);
      await expectProblems('platform', way);
      expect(crawler.gateway.platform.seen.length).toBeGreaterThanOrEqual(targets.length * 4);
    },
  );
});
