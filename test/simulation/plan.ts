import * as fc from 'fast-check';
import type { PlatformWeather } from './world/platform.js';
import type { Weather } from './world/provider.js';

/** Something that a person, a machine or an operator does in a schedule. */
export type Act =
  | {
      readonly do: 'get' | 'post' | 'status' | 'logout' | 'end one' | 'end all' | 'sign in';
      readonly browser: number;
      readonly replica: number;
      /** The client does not wait for the answer. */
      readonly leaves: boolean;
    }
  | {
      readonly do: 'create';
      readonly browser: number;
      readonly replica: number;
      readonly key: number;
      readonly leaves: boolean;
    }
  | {
      readonly do: 'provider logout';
      readonly browser: number;
      readonly replica: number;
      readonly names: 'sid' | 'sub';
      readonly copies: number;
    }
  | { readonly do: 'kill'; readonly replica: number; readonly afterEvents: number }
  | { readonly do: 'pause'; readonly replica: number; readonly afterEvents: number; readonly ms: number }
  | { readonly do: 'clock'; readonly replica: number; readonly aheadMs: number }
  | { readonly do: 'store away'; readonly fault: 'refuse' | 'silent' | 'slow'; readonly ms: number }
  /** The fault comes just before a replica gets the provider's next answer, and if it is one of a replica, to that one. */
  | { readonly do: 'at answer'; readonly fault: Act }
  | { readonly do: 'provider'; readonly weather: Weather; readonly ms: number }
  | { readonly do: 'platform'; readonly weather: PlatformWeather; readonly ms: number };

/** An act and when: at one of the moments at which a token's life makes things happen together, or a little later. */
export interface Step {
  readonly moment: number;
  readonly laterMs: number;
  readonly act: Act;
}

/** All that is chosen of a schedule but the order in which messages arrive, which the seed decides. */
export interface Plan {
  readonly seed: number;
  readonly store: 'sqlite' | 'redis';
  readonly replicas: number;
  readonly rotates: boolean;
  /** A provider that rotates revokes the whole grant when it gets a used refresh token, or only refuses that token. */
  readonly revokesOnReuse: boolean;
  readonly tokenSeconds: number;
  readonly idleSeconds: number;
  readonly steps: readonly Step[];
}

/** Shares of a token's life. */
export const MOMENTS = [0.05, 0.5, 0.72, 0.8, 0.88, 0.95, 1.0, 1.05, 1.6, 1.9, 2.05];

const browser = fc.nat(2);
const replica = fc.nat(2);
const leaves = fc.boolean();
const ms = (most: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: most }));

const people: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('get' as const), browser, replica, leaves }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('post', 'status'), browser, replica, leaves }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('create' as const), browser, replica, key: fc.nat(1), leaves }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('logout', 'end one', 'end all', 'sign in'), browser, replica, leaves }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('provider logout' as const),
      browser,
      replica,
      names: fc.constantFrom('sid', 'sub'),
      copies: fc.integer({ min: 1, max: 2 }),
    }),
  },
);

const storeAway: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('store away' as const),
  fault: fc.constantFrom('refuse', 'silent', 'slow'),
  ms: fc.constantFrom(200, 900, 2_500, 7_000),
});

const faults: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('kill' as const), replica, afterEvents: fc.nat(60) }),
  fc.record({
    do: fc.constant('pause' as const),
    replica,
    afterEvents: fc.nat(20),
    ms: fc.constantFrom(400, 1_500, 2_500, 6_000, 12_000, 20_000),
  }),
  fc.record({
    do: fc.constant('clock' as const),
    replica,
    aheadMs: fc.constantFrom(-7_200_000, -800_000, -300_000, -20_000, 20_000, 300_000, 800_000, 7_200_000),
  }),
  storeAway,
  fc.record({
    do: fc.constant('provider' as const),
    weather: fc.constantFrom<Weather>(
      'slow',
      'slow',
      'failing',
      'silent',
      'losing answers',
      'without id_token',
      'another person',
    ),
    ms: fc.constantFrom(500, 4_000, 12_000),
  }),
  fc.record({
    do: fc.constant('platform' as const),
    weather: fc.constantFrom<PlatformWeather>('refusing tokens', 'resetting', 'resetting after', 'failing', 'slow'),
    ms: fc.constantFrom(300, 3_000, 12_000),
  }),
);

const moment = fc.nat(MOMENTS.length - 1);
const step = (act: fc.Arbitrary<Act>): fc.Arbitrary<Step> => fc.record({ moment, laterMs: ms(4_000), act });

/** A replica stops soon, for good or for a while. */
const stop = (afterEvents: fc.Arbitrary<number>, pauseMs: fc.Arbitrary<number>): fc.Arbitrary<Act> =>
  fc.oneof(
    fc.record({ do: fc.constant('kill' as const), replica, afterEvents }),
    fc.record({ do: fc.constant('pause' as const), replica, afterEvents, ms: pauseMs }),
  );

/** What comes between the provider's answer and the write. */
const faultAtAnswer: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('at answer' as const),
  fault: fc.oneof(
    { weight: 2, arbitrary: stop(fc.nat(3), fc.constantFrom(2_500, 6_000, 8_000, 12_000)) },
    { weight: 1, arbitrary: storeAway },
  ),
});

/** Calls of one session on several replicas at about the same time, and faults meanwhile: refreshes and their writes. */
const refreshRace: fc.Arbitrary<Step[]> = fc
  .record({
    moment,
    browser,
    replica,
    others: otherCalls(ms(9_000), 4),
    atAnswer: fc.option(faultAtAnswer, { freq: 3, nil: undefined }),
    weather: fc.option(
      fc.record({ weather: fc.constantFrom('slow', 'slow', 'failing'), laterMs: fc.constantFrom(1, 2_000) }),
      { freq: 2, nil: undefined },
    ),
    faults: fc.array(fc.record({ act: faults, laterMs: ms(1_000) }), { maxLength: 2, size: 'max' }),
  })
  .map(({ atAnswer, weather, faults: troubles, ...calls }) => {
    const at = { moment: calls.moment, laterMs: 1 };
    const hits = troubles.map(({ act, laterMs }): Step => ({ ...at, laterMs, act: onReplica(act, calls.replica) }));
    if (atAnswer !== undefined) hits.unshift({ ...at, act: atAnswer });
    if (weather !== undefined) hits.unshift({ ...at, laterMs: weather.laterMs, act: spell(weather.weather) });
    return [...hits, ...callsOf(calls)];
  });

/** The token of a first session has ended, so that a call waits for its refresh. */
const lateMoment = fc.integer({ min: MOMENTS.indexOf(0.95), max: MOMENTS.indexOf(1.05) });

/**
 * A replica that has the next tokens stops for longer than its lease. Another one asks the slow provider meanwhile, and
 * gets its refusal when the tokens are written.
 */
const overtakenRefresh: fc.Arbitrary<Step[]> = fc
  .record({
    moment: lateMoment,
    browser,
    replica,
    others: otherCalls(ms(3_000), 2),
    soonMs: ms(3_000),
    laterMs: fc.integer({ min: 7_000, max: 14_000 }),
    pauseMs: fc.constantFrom(6_000, 8_000),
    slowFromMs: fc.constantFrom(1, 2_000),
  })
  .map(({ soonMs, laterMs, pauseMs, slowFromMs, ...calls }) => {
    const at = { moment: calls.moment, laterMs: 1 };
    const next = calls.replica + 1;
    const fault: Act = { do: 'pause', replica: calls.replica, afterEvents: 0, ms: pauseMs };
    const overtaking = [soonMs, laterMs].map((time) => ({ replica: next, laterMs: time }));
    return [
      { ...at, laterMs: slowFromMs, act: spell('slow') },
      { ...at, act: { do: 'at answer', fault } },
      ...callsOf({ ...calls, others: [...overtaking, ...calls.others] }),
    ];
  });

/**
 * The store is away for a little longer than a write waits for it: the next tokens are not written, and what other
 * replicas ask comes before the repetition.
 */
const lateWrite: fc.Arbitrary<Step[]> = fc
  .record({
    moment: lateMoment,
    browser,
    replica,
    others: otherCalls(ms(900), 3),
    fault: fc.constantFrom('refuse', 'silent', 'slow'),
    awayMs: fc.integer({ min: 910, max: 990 }),
  })
  .map(({ fault, awayMs, ...calls }) => [
    { moment: calls.moment, laterMs: 1, act: { do: 'at answer', fault: { do: 'store away', fault, ms: awayMs } } },
    ...callsOf(calls),
  ]);

/** Calls with one key on several replicas, the first of which stops: the leases of idempotent calls. */
const keyRace: fc.Arbitrary<Step[]> = fc
  .record({
    moment,
    browser,
    replica,
    key: fc.nat(1),
    others: otherCalls(fc.oneof(ms(60), fc.integer({ min: 15_000, max: 19_900 })), 3),
    stop: stop(fc.nat(10), fc.constant(20_000)),
  })
  .map(({ others, stop: stopped, moment: at, browser: of, replica: on, key }) => {
    const create = (by: { replica: number; laterMs: number }): Step => ({
      moment: at,
      laterMs: by.laterMs,
      act: { do: 'create', browser: of, replica: by.replica, key, leaves: false },
    });
    const hit = { moment: at, laterMs: 1, act: onReplica(stopped, on) };
    return [hit, create({ replica: on, laterMs: 1 }), ...others.map(create)];
  });

/**
 * The first replica with a key stops before it calls the platform. Another one reads its lapsed lease and stops in its
 * turn, so that the first one goes on before the key is taken over.
 */
const lateTakeover: fc.Arbitrary<Step[]> = fc
  .record({
    moment: fc.integer({ min: 0, max: MOMENTS.indexOf(0.72) }),
    browser,
    replica,
    key: fc.nat(1),
    afterEvents: fc.integer({ min: 1, max: 5 }),
    laterMs: fc.integer({ min: 18_900, max: 19_900 }),
    eventsOfNext: fc.nat(6),
  })
  .map(({ moment: at, browser: of, replica: on, key, afterEvents, laterMs, eventsOfNext }) => {
    const create = { do: 'create', browser: of, key, leaves: false } as const;
    const next = on + 1;
    return [
      { moment: at, laterMs: 1, act: { do: 'pause', replica: on, afterEvents, ms: 20_000 } },
      { moment: at, laterMs: 1, act: { ...create, replica: on } },
      // Its token is good for a while then.
      { moment: at, laterMs: 16_000, act: { do: 'get', browser: of, replica: next, leaves: false } },
      { moment: at, laterMs, act: { do: 'pause', replica: next, afterEvents: eventsOfNext, ms: 1_500 } },
      { moment: at, laterMs, act: { ...create, replica: next } },
    ];
  });

/** A call of a session, and more of them on any replica. */
interface Calls {
  readonly moment: number;
  readonly browser: number;
  readonly replica: number;
  readonly others: readonly { readonly replica: number; readonly laterMs: number }[];
}

function otherCalls(laterMs: fc.Arbitrary<number>, most: number): fc.Arbitrary<Calls['others'][number][]> {
  return fc.array(fc.record({ replica, laterMs }), { minLength: 1, maxLength: most, size: 'max' });
}

function callsOf({ moment: at, browser: of, replica: on, others }: Calls): Step[] {
  return [{ replica: on, laterMs: 1 }, ...others].map((call) => ({
    moment: at,
    laterMs: call.laterMs,
    act: { do: 'get', browser: of, replica: call.replica, leaves: false },
  }));
}

function spell(weather: Weather): Act {
  return { do: 'provider', weather, ms: 12_000 };
}

/** A fault of a process hits the one that the race begins on. */
function onReplica(act: Act, at: number): Act {
  return act.do === 'kill' || act.do === 'pause' ? { ...act, replica: at } : act;
}

/** What schedules are made of. */
export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(),
  store: fc.constantFrom('sqlite', 'redis'),
  replicas: fc.integer({ min: 2, max: 3 }),
  rotates: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 2, arbitrary: fc.constant(false) }),
  revokesOnReuse: fc.boolean(),
  tokenSeconds: fc.constantFrom(10, 14, 20),
  idleSeconds: fc.constantFrom(12, 600),
  steps: fc
    .tuple(
      fc.array(step(people), { minLength: 2, maxLength: 14, size: 'max' }),
      fc.array(step(faults), { maxLength: 3, size: 'max' }),
      fc.option(refreshRace, { freq: 2, nil: [] }),
      fc.option(keyRace, { freq: 3, nil: [] }),
      fc.oneof(
        { weight: 5, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: overtakenRefresh },
        { weight: 1, arbitrary: lateWrite },
        { weight: 1, arbitrary: lateTakeover },
      ),
    )
    .map((groups) => groups.flat()),
});
