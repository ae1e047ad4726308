import { theUniverse } from '../engine/globals.js';
import type { Exchange, TrueSession } from '../properties/history.js';
import { BROKEN, type SimAnswer, simRequest, SimResponse } from './exchange.js';
import type { Network } from './network.js';
import type { Route } from './replica.js';
import type { World } from './world.js';

const SESSION = 'session';

/** A browser of a person: keeps cookies, sends requests to whichever replica, and may go away before the answer. */
export class Browser {
  private readonly cookies = new Map<string, string>();
  private signIns = 0;
  /** The latest sign-in that was begun. */
  latest: TrueSession | undefined;

  constructor(
    readonly person: string,
    private readonly name: string,
    private readonly world: World,
    private readonly network: Network,
  ) {}

  get cookie(): string | undefined {
    return this.cookies.get(SESSION);
  }

  /** The code flow, from the login page to the callback, which may be asked for twice at once. */
  signIn(replica: number, isDoubled: boolean): void {
    this.signIns += 1;
    const sid = `${this.name}-${this.signIns}`;
    this.send(replica, { kind: 'login' }, '/auth/login', false, (answer, { arrivedAt }) => {
      if (answer.status !== 302) return;
      const state = new URL(answer.body).searchParams.get('state') ?? '';
      const session = this.world.history.signInStarted(this.person, sid, arrivedAt);
      this.latest = session;
      const code = this.world.provider.authorize(this.person, sid);
      const target = `/auth/callback?${new URLSearchParams({ code, state, iss: 'https://provider.example' }).toString()}`;
      const { scheduler } = theUniverse();
      const sentWith = new Set<TrueSession | undefined>();
      const call = (index: number): void =>
        void scheduler.schedule(this.network.delayMs(), undefined, () =>
          this.comeBack(session, index, target, sentWith, isDoubled),
        );
      call(replica);
      if (isDoubled) call(replica + 1);
    });
  }

  /** @param sentWith the sessions that the requests for this callback were sent with */
  private comeBack(
    session: TrueSession,
    replica: number,
    target: string,
    sentWith: Set<TrueSession | undefined>,
    isDoubled: boolean,
  ): void {
    const before = this.world.history.sessionOf(this.cookie);
    sentWith.add(before);
    if (before !== undefined) this.world.history.endAsked([before]);
    this.send(replica, { kind: 'callback' }, target, false, (answer, { process }) => {
      // A callback that comes too late sends a person who is signed in on, with the session there is.
      const isNew = answer.cookies.some((line) => line.startsWith(`${SESSION}=`));
      if (answer.status !== 303 || !isNew || this.cookie === undefined) return;
      // The request that sends the code ends the session that it came with. Of two that differ, it may be either.
      const isReplaced = before !== undefined && this.cookie !== before.cookie;
      if (isReplaced && sentWith.size === 1) this.world.history.ended([before], isDoubled ? undefined : process);
      if (session.cookie === undefined) this.world.history.signedIn(session, this.cookie);
    });
  }

  /** Sends a request; `then` runs when the answer has come. */
  send(
    replica: number,
    route: Route,
    target: string,
    leaves: boolean,
    then: (answer: SimAnswer, exchange: Exchange) => void = () => undefined,
  ): void {
    const { scheduler, random } = theUniverse();
    const { world, network } = this;
    const index = replica % world.replicas.length;
    const headers: Record<string, string> = { cookie: this.cookieHeader };
    if (route.kind === 'post' && route.key !== undefined) headers['idempotency-key'] = route.key;
    const req = simRequest(target, route.kind === 'get' || route.kind === 'status' ? 'GET' : 'POST', headers);
    const sentCookie = this.cookie;
    const arrive = (arrivedAt: number): void => {
      const at = world.replicas[index];
      if (at === undefined) return;
      const exchange = world.history.begin(route, at.process, sentCookie, arrivedAt);
      let isAnswered = false;
      const res = new SimResponse(req, (answer) => {
        isAnswered = true;
        world.history.answered(exchange, answer);
        scheduler.schedule(network.delayMs(), undefined, () => {
          if (leaves) return;
          this.keep(answer);
          then(answer, exchange);
        });
      });
      at.handle(route, res).catch((error: unknown) => {
        if (isAnswered || res.closed) return;
        world.history.fail('E1', `a ${route.kind} failed with ${String(error)}`);
      });
      if (!leaves) return;
      scheduler.schedule(random.between(0, 60), at.process, () => {
        res.close();
        world.history.abandoned(exchange);
      });
    };
    // Who runs it is known on arrival: a replica may have been replaced meanwhile.
    scheduler.schedule(network.delayMs(), undefined, () => {
      const at = world.replicas[index];
      if (at === undefined)
        return then(BROKEN, { route, process: undefined as never, session: undefined, arrivedAt: 0, limit: 0 });
      const { now } = scheduler;
      scheduler.schedule(0, at.process, () => arrive(now));
    });
  }

  private get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep({ cookies }: SimAnswer): void {
    for (const line of cookies) {
      const [pair = ''] = line.split(';', 1);
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}
