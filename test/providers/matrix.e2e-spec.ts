import { readFileSync } from 'node:fs';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Vendor } from './vendor.js';
import { VendorJourney } from './vendor.journey.js';
import { AUTH0 } from './vendors/auth0.vendor.js';
import { COGNITO } from './vendors/cognito.vendor.js';
import { ENTRA_ID } from './vendors/entra-id.vendor.js';
import { GOOGLE } from './vendors/google.vendor.js';
import { HYDRA } from './vendors/hydra.vendor.js';
import { KEYCLOAK, OLD_KEYCLOAK } from './vendors/keycloak.vendor.js';
import { OKTA } from './vendors/okta.vendor.js';
import { PING } from './vendors/ping.vendor.js';

const VENDORS = [KEYCLOAK, OLD_KEYCLOAK, ENTRA_ID, OKTA, AUTH0, GOOGLE, COGNITO, PING, HYDRA];
const COLUMNS = ['sign-in', 'call', 'refresh', 'logout', 'provider’s logout', 'expiry'] as const;
const DOCUMENT = 'docs/identity-providers.md';

/** The result of each step for each vendor: the cells of the table in the documentation. */
const cells = new Map<string, string>();

describe.each(VENDORS)('$name', (vendor) => {
  let journey: VendorJourney;
  const note = (column: (typeof COLUMNS)[number], cell: string): void =>
    void cells.set(`${vendor.name}/${column}`, cell);

  beforeAll(async () => {
    journey = await VendorJourney.start(vendor);
  });
  beforeEach(() => journey.begin());
  afterEach(() => vi.useRealTimers());
  afterAll(() => journey.close());

  /** Moves the clock past the expiry of the current token. */
  const passTokenLife = (): unknown =>
    vi.useFakeTimers({ now: Date.now() + (vendor.idTokenSeconds + 1) * 1_000, toFake: ['Date'] });

  it('sign-in: returns to the page, with name and e-mail address', async () => {
    const landing = await journey.signIn('/orders?page=2');
    expect(landing.url.pathname + landing.url.search).toBe('/orders?page=2');
    expect((await journey.session()).user).toMatchObject({ name: 'Ada Example', email: 'ada@acme.example' });
    const [request] = journey.provider.tokenRequests;
    expect(vendor.clientAuth).toContain(request?.auth);
    expect(journey.logged('a sign-in failed')).toEqual([]);
    note('sign-in', `${request?.auth}${vendor.requiresPushedRequests ? ', pushed request' : ''}`);
  });

  it('call: the platform gets the configured token', async () => {
    await journey.signIn();
    expect((await journey.call()).status).toBe(200);
    const isIdToken = journey.forwarded.startsWith('ey');
    if (isIdToken) expect(decodeJwt(journey.forwarded)).toMatchObject({ aud: 'connect-gateway', sub: 'person-1' });
    note('call', isIdToken ? 'id_token' : 'access_token');
  });

  it('refresh: a new token is fetched after the first one expires, and the session continues', async () => {
    await journey.signIn();
    await journey.call();
    const first = journey.forwarded;
    passTokenLife();
    expect((await journey.call()).status).toBe(200);
    expect(journey.forwarded).not.toBe(first);
    expect(journey.provider.refreshes).toBe(1);
    note('refresh', vendor.rotates ? 'new refresh token each time' : 'same refresh token');
  });

  it('logout: ends on a signed-out page without a new sign-in', async () => {
    await journey.signIn();
    const landing = await journey.logout('/bye');
    expect((await journey.session()).authenticated).toBe(false);
    expect(journey.provider.authorizationRequests).toHaveLength(1);
    const isBack = landing.url.origin === journey.url && landing.url.pathname === '/bye';
    const isHome = landing.url.origin === journey.url && landing.url.pathname === '/';
    expect(isBack || isHome).toBe(true);
    expect(journey.provider.hasSession).toBe(vendor.logout === undefined);
    note('logout', `${vendor.logout === undefined ? 'here only' : 'both'}, back to ${isBack ? '`returnTo`' : '`/`'}`);
  });

  it('a logout at the provider ends the session if the vendor supports it', async () => {
    await journey.signIn();
    if (vendor.logoutToken !== undefined) {
      const body = new URLSearchParams({ logout_token: await journey.provider.logoutToken() });
      const answer = await fetch(`${journey.url}/auth/backchannel-logout`, { method: 'POST', body });
      expect(answer.status).toBe(200);
      note('provider’s logout', `back-channel, typ ${vendor.logoutToken.typ ?? 'absent'}`);
    } else if (vendor.hasFrontchannelLogout === true) {
      const query = new URLSearchParams({ post_logout_redirect_uri: `${journey.url}/` });
      await journey.visit(`${journey.provider.origin}${vendor.logout?.path}?${query.toString()}`);
      note('provider’s logout', 'front-channel');
    } else note('provider’s logout', 'none');
    const isTold = vendor.logoutToken !== undefined || vendor.hasFrontchannelLogout === true;
    expect(await journey.session()).toMatchObject(
      isTold ? { authenticated: false, reason: 'provider' } : { authenticated: true },
    );
  });

  it('expiry: after the provider revokes the grant, the session ends when its token expires', async () => {
    await journey.signIn();
    journey.provider.revokeEverything();
    expect((await journey.call()).status).toBe(200);
    passTokenLife();
    const refused = await journey.call();
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([401, 'session_ended']);
    expect(await journey.session()).toMatchObject({ authenticated: false, reason: 'token' });
    expect(journey.logged('a refresh failed')[0]).toMatchObject({ oauthError: 'invalid_grant' });
    note('expiry', '401 `session_ended`');
  });
});

afterAll(() => {
  // A partial run fills only some of the cells.
  if (cells.size < VENDORS.length * COLUMNS.length) return;
  const rows = VENDORS.map(
    ({ name }: Vendor) => `| ${name} | ${COLUMNS.map((column) => cells.get(`${name}/${column}`)).join(' | ')} |`,
  );
  const text = readFileSync(DOCUMENT, 'utf8');
  for (const row of rows) if (!text.includes(row)) throw new Error(`${DOCUMENT} must have the row\n${rows.join('\n')}`);
});
