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
  | { readonly do: 'pause'; readonly replica: number; readonly ms: number }
  | { readonly do: 'clock'; readonly replica: number; readonly aheadMs: number }
  | { readonly do: 'store away'; readonly fault: 'refuse' | 'silent' | 'slow'; readonly ms: number }
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

const faults: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('kill' as const), replica, afterEvents: fc.nat(60) }),
  fc.record({
    do: fc.constant('pause' as const),
    replica,
    ms: fc.constantFrom(400, 1_500, 2_500, 6_000, 12_000, 20_000),
  }),
  fc.record({
    do: fc.constant('clock' as const),
    replica,
    aheadMs: fc.constantFrom(-7_200_000, -300_000, -20_000, 20_000, 300_000, 7_200_000),
  }),
  fc.record({
    do: fc.constant('store away' as const),
    fault: fc.constantFrom('refuse', 'silent', 'slow'),
    ms: fc.constantFrom(200, 900, 2_500, 7_000),
  }),
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

const step = (act: fc.Arbitrary<Act>): fc.Arbitrary<Step> =>
  fc.record({ moment: fc.nat(MOMENTS.length - 1), laterMs: ms(4_000), act });

/** What schedules are made of. */
export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(),
  store: fc.constantFrom('sqlite', 'redis'),
  replicas: fc.integer({ min: 2, max: 3 }),
  rotates: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  tokenSeconds: fc.constantFrom(10, 14, 20),
  idleSeconds: fc.constantFrom(12, 600),
  steps: fc
    .tuple(
      fc.array(step(people), { minLength: 2, maxLength: 14, size: 'max' }),
      fc.array(step(faults), { maxLength: 3, size: 'max' }),
    )
    .map(([acts, troubles]) => [...acts, ...troubles]),
});
