import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { FrontProxy } from '../support/front-proxy.js';
import { freePort } from '../support/gateway.js';
import { hasRedis } from '../support/redis.js';
import { call, Replicas } from '../support/replicas.js';

const TABS = 3;
const ACTIONS = 200;
/** Between two actions of one tab. */
const PAUSE_MS = 120;
const PATIENT = { timeout: 30_000, interval: 50 };
const [OLD, NEW] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

/** What a frontend has to write: a session, a button, and `once` around what must happen once. */
const PAGE = `<!doctype html><title>Page</title><button hidden>Sign in</button>
<script type="module">
  import { createConnectorVersion, once, Session } from '/client/index.js';
  const session = new Session();
  const button = document.querySelector('button');
  const history = [];
  session.subscribe(() => {
    const state = session.getSnapshot();
    history.push({ ...state, seenAt: Date.now() });
    button.hidden = state.status !== 'signed-out' || state.isSigningIn;
  });
  button.onclick = () => session.signIn();
  const path = { organisation_id: 'acme', connector_id: 'shop' };
  const outcomes = [];
  async function act(name) {
    const { data, error } = await once((headers) => createConnectorVersion({ path, body: { name }, headers }));
    outcomes.push(error === undefined ? { name, made: data.name } : { name, code: error.code });
  }
  const acts = [];
  async function work(names, pauseMs) {
    for (const name of names) {
      acts.push(act(name));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  Object.assign(globalThis, { page: { session, history, outcomes, work, acts } });
</script>`;

/** What the page shows of itself. */
interface Shown {
  readonly session: { getSnapshot(): { status: string; reason?: string; waiting?: number } };
  readonly history: { status: string; reason?: string; seenAt: number }[];
  readonly outcomes: { name: string; made?: string; code?: string }[];
  readonly acts: Promise<void>[];
  work(names: string[], pauseMs: number): Promise<void>;
}

declare const page: Shown;

/** Runs in the page. */
function isShown(status: string): boolean {
  return page.session.getSnapshot().status === status;
}

async function reached(tab: Page, wanted: string): Promise<void> {
  await tab.waitForFunction(isShown, wanted, { polling: 50, timeout: 30_000 });
}

/** Clicks the button where it is: the sign-in of another tab may hide it at any moment, after which nothing is clicked. */
async function clickAtOnce(tab: Page | undefined): Promise<void> {
  const box = await tab?.locator('button').boundingBox();
  if (tab !== undefined && box != null) await tab.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

/** The time at which a page that asked after a second would know; a busy machine delays this as it delays the events. */
function askAfterASecond(tab: Page): Promise<number> {
  return tab.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await fetch('/auth/session');
    return Date.now();
  });
}

describe.skipIf(CHROMIUM === undefined || !hasRedis())('a page in three tabs that is in use while things fail', () => {
  let replicas: Replicas;
  let proxy: FrontProxy;
  let browser: Browser;
  let context: BrowserContext;
  let tabs: Page[];
  let origin: string;
  let providerSession = 'provider-session';
  const slowest: Record<string, number> = {};
  /** Tabs that were told later than a second after the end. */
  const late: [fault: string, toldMs: number, askedMs: number][] = [];

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    replicas = await Replicas.start('Redis', { PUBLIC_URL: origin, SESSION_KEYS: `${OLD},${NEW}` });
    proxy = new FrontProxy(replicas.all, PAGE);
    await proxy.listen(port);
    replicas.platform.behave(({ body }, res) => {
      const { name } = JSON.parse(body.toString() || '{}') as { name?: string };
      res.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id: name, name }));
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    context = await browser.newContext();
    const first = await context.newPage();
    await first.goto(`${origin}/auth/login?returnTo=/page`);
    tabs = [first, await context.newPage(), await context.newPage()];
    for (const tab of tabs.slice(1)) await tab.goto(`${origin}/page`);
    for (const tab of tabs) await reached(tab, 'signed-in');
    await sleep(300);
  });
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await replicas?.close();
  });

  /** How many sign-ins there were. */
  const signIns = (): number =>
    replicas.identity.tokenRequests.filter((form) => form.get('grant_type') === 'authorization_code').length;

  const cookie = async (): Promise<string> => {
    const cookies = await context.cookies(origin);
    return `session=${cookies.find(({ name }) => name === 'session')?.value}`;
  };

  /** A real end: every tab is told why, within a second; two tabs are clicked, and one sign-in serves all. */
  async function endsBy(fault: string, reason: string, end: () => Promise<number>): Promise<void> {
    const endedAt = await end();
    const delays = await Promise.all(
      tabs.map(async (tab) => {
        const [askedAt] = await Promise.all([askAfterASecond(tab), reached(tab, 'signed-out')]);
        const { last, now } = await tab.evaluate(() => ({
          last: page.history.findLast((state) => state.status === 'signed-out' && state.reason !== undefined),
          now: page.history.filter((state) => state.status === 'signed-out').length,
        }));
        expect([fault, last?.reason, now > 0]).toEqual([fault, reason, true]);
        const first = await tab.evaluate(
          (since) => page.history.find((state) => state.status === 'signed-out' && state.seenAt >= since)?.seenAt,
          endedAt,
        );
        const toldMs = (first ?? Number.POSITIVE_INFINITY) - endedAt;
        if (toldMs > askedAt - endedAt) late.push([fault, toldMs, askedAt - endedAt]);
        return toldMs;
      }),
    );
    slowest[fault] = Math.max(...delays);
    const before = signIns();
    // A session of the provider that was ended never comes back.
    providerSession = `provider-session-${before}`;
    replicas.identity.claims = { sid: providerSession };
    const [one, other] = tabs;
    await Promise.all([one, other].map((tab) => clickAtOnce(tab)));
    for (const tab of tabs) await reached(tab, 'signed-in');
    expect([fault, signIns() - before]).toEqual([fault, 1]);
    await sleep(300);
  }

  it('F3: loses nothing, does nothing twice, and signs in once for each real end', { timeout: 120_000 }, async () => {
    const names = Array.from({ length: ACTIONS }, (_, at) => `action-${at}`);
    const begun = Date.now();
    for (const [at, tab] of tabs.entries())
      await tab.evaluate(([own, pauseMs]) => void page.work(own, pauseMs), [
        names.filter((_, action) => action % TABS === at),
        PAUSE_MS * TABS,
      ] as [string[], number]);

    await endsBy('ended from elsewhere', 'revoked', async () => {
      const elsewhere = await replicas.signIn();
      const at = Date.now();
      await call(replicas.all[2] ?? replicas.all[0], elsewhere, 'DELETE /auth/sessions');
      return at;
    });
    await endsBy('logout by the provider', 'provider', async () => {
      const token = await replicas.identity.logoutToken({ sid: providerSession });
      const form = new URLSearchParams({ logout_token: token });
      const at = Date.now();
      await fetch(`${replicas.all[1].url}/auth/backchannel-logout`, { method: 'POST', body: form });
      return at;
    });

    replicas.identity.idTokenSeconds = 2;
    await endsBy('signed out in another tab', 'logout', async () => {
      const own = await cookie();
      const at = Date.now();
      await call(replicas.all[0], own, 'POST /auth/logout');
      return at;
    });
    // Its token ends, and the provider does not renew it.
    await endsBy('the token ends', 'token', async () => {
      const refused = new Promise<number>((resolve) => {
        replicas.identity.onToken = (form) => {
          if (form.get('grant_type') !== 'refresh_token') return undefined;
          resolve(Date.now());
          return { status: 400, body: { error: 'invalid_grant' } };
        };
      });
      const at = await refused;
      replicas.identity.onToken = () => undefined;
      replicas.identity.idTokenSeconds = 3600;
      return at;
    });

    const real = signIns();
    // The provider is away while a token ends.
    replicas.identity.onToken = () => ({ status: 503, body: {} });
    await sleep(1_500);
    replicas.identity.onToken = () => undefined;
    // The store is killed.
    await replicas.redis.stop('SIGKILL');
    await sleep(1_500);
    await replicas.redis.launch();
    // A rolling restart, with the keys of the cookies rotated.
    for (const replica of replicas.all) {
      await replica.stop();
      await replica.start({ SESSION_KEYS: `${NEW},${OLD}` });
      await expect.poll(() => proxy.balancer.has(replica), PATIENT).toBe(true);
    }
    for (const tab of tabs) {
      await expect.poll(() => tab.evaluate(() => page.acts.length), { timeout: 40_000 }).toBeGreaterThanOrEqual(66);
      await tab.evaluate(() => Promise.all(page.acts));
      await reached(tab, 'signed-in');
    }

    const outcomes = (await Promise.all(tabs.map((tab) => tab.evaluate(() => page.outcomes)))).flat();
    expect(outcomes.filter(({ name, made }) => made !== name)).toEqual([]);
    expect(outcomes).toHaveLength(ACTIONS);
    const made = replicas.platform.seen.flatMap(({ method, body }) =>
      method === 'POST' ? [(JSON.parse(body.toString()) as { name: string }).name] : [],
    );
    expect(made.toSorted()).toEqual(names.toSorted());
    expect(signIns()).toBe(real);
    console.info('the slowest tab was told after, in milliseconds:', slowest, `all took ${Date.now() - begun}`);
    expect(late).toEqual([]);
  });
});
