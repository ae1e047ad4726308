import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FairTurns } from '../../src/http/fair.turns.js';
import { IdentityProvider } from '../../src/identity/identity-provider.js';
import { locationOf, TestBrowser } from '../support/browser.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

/** Generous, since sixty sign-ins are slow on a busy machine. */
const PATIENT = { timeout: 20_000 };
const STRANGERS = { 'x-forwarded-for': '10.0.0.1' };
const PERSON = { 'x-forwarded-for': '10.0.0.2' };

let gateway: TestGateway;
afterEach(() => gateway.close());

/** A callback with a code that the provider has not issued, for an attempt of this browser. */
async function rubbishCallback(stranger: TestBrowser): Promise<string> {
  const state = new URL(locationOf(await stranger.visit('/auth/login'))).searchParams.get('state');
  return `/auth/callback?code=rubbish&state=${state}&iss=${encodeURIComponent(gateway.identity.issuer)}`;
}

/** Makes the provider hold each invalid code until the test releases it. */
function holdRubbish(): (() => void)[] {
  const held: (() => void)[] = [];
  gateway.identity.onToken = (form) => {
    if (form.get('code') !== 'rubbish') return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    held.push(resolve);
    return { body: promise.then(() => ({ error: 'invalid_grant' })), status: 400 };
  };
  return held;
}

/** Answers all held requests, and later ones immediately. */
function releaseAll(held: readonly (() => void)[]): void {
  gateway.identity.onToken = () => undefined;
  for (const release of held) release();
}

describe('H3: unauthenticated callbacks with invalid codes', () => {
  it('do not delay refreshes, and send the code of each attempt once', async () => {
    gateway = await startGateway();
    const browser = new TestBrowser(gateway.url);
    const signedInAt = Date.now();
    await browser.signIn();
    const held = holdRubbish();
    const strangers = Array.from({ length: 40 }, async () => {
      const stranger = new TestBrowser(gateway.url);
      const callback = await rubbishCallback(stranger);
      return Promise.all(Array.from({ length: 12 }, () => stranger.visit(callback)));
    });
    // All sign-in slots are taken, and the provider answers none of them.
    await expect.poll(() => held.length, PATIENT).toBe(32);
    // The others wait for theirs: none of them looks at its attempt while the clock is moved.
    const { turns } = gateway.app.get<{ turns: FairTurns }>(IdentityProvider, { strict: false });
    await expect.poll(() => turns.outside, PATIENT).toBe(8);
    vi.useFakeTimers({ now: signedInAt + 3_595_000, toFake: ['Date'] });
    expect((await browser.call()).status).toBe(200);
    vi.useRealTimers();
    const answered = Promise.all(strangers);
    releaseAll(held);
    expect(new Set((await answered).flat().map(({ status }) => status))).toEqual(new Set([400]));
    expect(gateway.identity.tokenRequests.filter((form) => form.get('code') === 'rubbish')).toHaveLength(40);
  });

  it('from one address yield to a sign-in from another one', async () => {
    gateway = await startGateway({ TRUSTED_PROXIES: '127.0.0.1' });
    const held = holdRubbish();
    const strangers = Array.from({ length: 60 }, async () => {
      const stranger = new TestBrowser(gateway.url);
      return stranger.visit(await rubbishCallback(stranger), STRANGERS);
    });
    const { turns } = gateway.app.get<{ turns: FairTurns }>(IdentityProvider, { strict: false });
    await expect.poll(() => turns.outside, PATIENT).toBe(28);
    const person = new TestBrowser(gateway.url);
    const signedIn = person.visit(await person.beginSignIn(), PERSON).then((answer) => locationOf(answer));
    await expect.poll(() => turns.outside, PATIENT).toBe(29);
    const before = gateway.identity.tokenRequests.length;
    // One of the invalid calls ends: the person's sign-in is next, although 28 others have waited longer.
    held[0]?.();
    expect(await signedIn).toBe('/app');
    expect(gateway.identity.tokenRequests[before]?.get('code')).not.toBe('rubbish');
    releaseAll(held);
    await Promise.all(strangers);
  });
});
