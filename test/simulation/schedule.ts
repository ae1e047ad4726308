import { enter, nextNumber, theUniverse, trace } from './engine/globals.js';
import { Random } from './engine/random.js';
import { Scheduler } from './engine/scheduler.js';
import { MOMENTS, type Act, type Plan } from './plan.js';
import { Violation } from './properties/violation.js';
import { Browser } from './world/browser.js';
import type { Route } from './world/replica.js';
import { World } from './world/world.js';

const PEOPLE = ['alice', 'bob', 'alice'] as const;
const FIRST_SIGN_IN_MS = 100;
/** After the last act: what was begun comes to its end, leases run out, the breaker closes. */
const SETTLE_MS = 5_000;
const HEALED_MS = 13_000;
const LAST_MS = 3_000;

/** What became of a schedule. */
export interface Outcome {
  readonly steps: number;
  readonly violation: Violation | undefined;
}

/** Plays one plan from the start of the replicas to the last question, and checks every state on the way. */
export class Schedule {
  private readonly scheduler = new Scheduler();
  private readonly random: Random;
  private readonly rejections: unknown[] = [];

  constructor(
    private readonly plan: Plan,
    private readonly tell?: (line: string) => void,
  ) {
    this.random = new Random(plan.seed);
  }

  async run(): Promise<Outcome> {
    const { scheduler } = this;
    const onRejection = (reason: unknown): void => void this.rejections.push(reason);
    process.on('unhandledRejection', onRejection);
    enter({ scheduler, random: this.random, lots: new Random(~this.plan.seed), tell: this.tell });
    try {
      const violation = await this.play();
      return { steps: scheduler.steps, violation };
    } finally {
      enter(undefined);
      process.off('unhandledRejection', onRejection);
    }
  }

  private async play(): Promise<Violation | undefined> {
    const { plan, scheduler } = this;
    const world = new World(plan);
    for (let index = 0; index < plan.replicas; index++) {
      world.replicas.push(undefined);
      world.start(index);
    }
    const browsers = PEOPLE.map((person, at) => new Browser(person, `${person}${at}`, world, world.network));
    for (const [at, browser] of browsers.entries())
      scheduler.schedule(FIRST_SIGN_IN_MS, undefined, () => browser.signIn(at, false));
    let last = 0;
    for (const { moment, laterMs, act } of plan.steps) {
      const at = FIRST_SIGN_IN_MS + (MOMENTS[moment] ?? 0) * plan.tokenSeconds * 1_000 + laterMs;
      last = Math.max(last, at);
      scheduler.scheduleAt(at, undefined, () => {
        trace(() => JSON.stringify(act));
        perform(act, world, browsers);
      });
    }
    await this.runUntil(world, last + SETTLE_MS);
    if (world.history.violation !== undefined) return world.history.violation;
    const healedAt = world.heal() + HEALED_MS;
    await this.runUntil(world, healedAt);
    if (world.history.violation !== undefined) return world.history.violation;
    this.askEverywhere(world, browsers);
    await this.runUntil(world, healedAt + LAST_MS);
    world.history.checkEnd();
    return world.history.violation;
  }

  private async runUntil(world: World, until: number): Promise<void> {
    const { history } = world;
    while (history.violation === undefined && (await this.scheduler.step(until))) {
      history.check();
      if (this.rejections.length > 0) history.fail('P17', `unhandled rejection: ${String(this.rejections[0])}`);
    }
    this.scheduler.now = until;
  }

  /** S3, S5, S15: with nothing wrong any more, each replica says the same of each session, and says it. */
  private askEverywhere(world: World, browsers: readonly Browser[]): void {
    for (const browser of browsers) {
      const session = world.history.sessionOf(browser.cookie);
      if (session === undefined) continue;
      for (const index of world.replicas.keys())
        browser.send(index, { kind: 'get', item: 'last' }, '/o/last', false, ({ status, code }) => {
          if (status !== 200 && status !== 401)
            world.history.fail('S3', `with all faults over, ${session.sid} is answered with ${status} ${code ?? ''}`);
        });
    }
  }
}

function perform(act: Act, world: World, browsers: readonly Browser[]): void {
  const { history, provider, platform } = world;
  const { now } = theUniverse().scheduler;
  if (act.do === 'kill') return world.replicas[act.replica % world.replicas.length]?.process.killAfter(act.afterEvents);
  if (act.do === 'pause') return world.pause(act.replica % world.replicas.length, act.afterEvents, act.ms);
  if (act.do === 'clock') return world.setClock(act.replica % world.replicas.length, act.aheadMs);
  if (act.do === 'at answer')
    return provider.atNextAnswer((process) => {
      const replica = world.replicas.findIndex((one) => one?.process === process);
      perform('replica' in act.fault ? { ...act.fault, replica } : act.fault, world, browsers);
    });
  if (act.do === 'store away') return world.storeAway(act.fault, act.ms);
  if (act.do === 'provider') return provider.setWeather(act.weather, now + act.ms);
  if (act.do === 'platform') return platform.setWeather(act.weather, now + act.ms);
  const browser = browsers[act.browser] as Browser;
  const own = history.sessionOf(browser.cookie);
  const send = (
    route: Route,
    target: string,
    isEnd: (status: number) => boolean = () => false,
    ends = own ? [own] : [],
  ): void => {
    const leaves = 'leaves' in act && act.leaves;
    browser.send(act.replica, route, target, leaves, ({ status }, { process }) => {
      if (isEnd(status)) history.ended(ends, process);
    });
  };
  switch (act.do) {
    case 'sign in':
      return browser.signIn(act.replica, act.leaves);
    case 'get':
    case 'post':
      return send({ kind: act.do, item: `item-${nextNumber()}` }, '/o');
    case 'create': {
      const key = `key-${browser.person}-${act.key}`;
      return send({ kind: 'post', item: key, key }, '/o');
    }
    case 'status':
      return send({ kind: 'status' }, '/auth/session');
    case 'logout':
      if (own !== undefined) history.endAsked([own]);
      return send({ kind: 'logout' }, '/auth/logout', (status) => status === 200);
    case 'end all': {
      const all = history.sessions.filter(({ subject, id }) => subject === browser.person && id !== undefined);
      const end = history.endOfPerson(browser.person);
      const isEnd = (status: number): boolean => {
        if (status !== 0) end.closedAt = theUniverse().scheduler.now;
        return status === 204;
      };
      return send({ kind: 'end all' }, '/auth/sessions', isEnd, all);
    }
    case 'end one': {
      const other = history.sessions.findLast(({ subject, id }) => subject === browser.person && id !== undefined);
      if (other?.id === undefined) return;
      history.endAsked([other]);
      return send({ kind: 'end one', id: other.id }, '/auth/sessions', (status) => status === 204, [other]);
    }
    case 'provider logout':
      return providerLogout(act, world, browser);
  }
}

/** The provider's notice, which may come twice, and may come before the gateway has the session. */
function providerLogout(act: Extract<Act, { do: 'provider logout' }>, world: World, browser: Browser): void {
  const { history } = world;
  const { latest } = browser;
  if (latest === undefined) return;
  const { now } = theUniverse().scheduler;
  const named = history.sessions.filter(({ sid, subject, startedAt }) =>
    act.names === 'sid' ? sid === latest.sid : subject === latest.subject && startedAt < now,
  );
  const stored = named.filter(({ row }) => row !== undefined);
  const end = history.endOfPerson(latest.subject);
  let copiesLeft = act.copies;
  const claims = act.names === 'sid' ? { sid: latest.sid, sub: latest.subject } : { sub: latest.subject };
  const token = JSON.stringify({
    ...claims,
    jti: `logout-${now}`,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
  for (let copy = 0; copy < act.copies; copy++)
    browser.send(
      act.replica + copy,
      { kind: 'provider logout', token },
      '/auth/backchannel-logout',
      false,
      (answer, { process }) => {
        copiesLeft -= 1;
        if (copiesLeft === 0 && answer.status !== 0) end.closedAt = theUniverse().scheduler.now;
        if (answer.status !== 200) return;
        // By which clock a sign-in began before the logout of a person is not certain once a clock was set.
        history.ended(act.names === 'sub' && history.isSkewed ? stored : named, process);
      },
    );
}
