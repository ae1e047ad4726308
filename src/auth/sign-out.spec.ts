import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthRoom } from '../../test/support/unit/auth.room.js';
import { cookieHeader, requestFor } from '../../test/support/unit/exchange.js';
import { createKey } from '../../test/support/unit/memory.provider.js';
import type { LogoutForm, SignedOut } from './sign-out.js';

const key = await createKey('kid');
let room: AuthRoom;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  room = new AuthRoom(key);
});
afterEach(async () => {
  await room.close();
  vi.useRealTimers();
});

/** The value of the session's cookie. */
const signedIn = async (): Promise<string> => (await room.browse()).split('=')[1] ?? '';
const takeForm = (cookies: readonly string[]): Promise<LogoutForm | undefined> =>
  room.signOut.takeForm(requestFor('/', { headers: { cookie: cookieHeader(cookies) } }));

describe('I6: a sign-out', () => {
  it('ends the session here, and leads to the provider with the way back', async () => {
    const cookie = await signedIn();
    const { logoutUrl, cookies, subject } = await room.signOut.end(cookie, '/bye');
    expect(subject).toBe('ann');
    expect(cookies).toEqual([]);
    expect(await room.sessions.service.find(cookie)).toBeUndefined();
    const url = new URL(logoutUrl);
    expect(url.pathname).toBe('/logout');
    expect(room.signOut.destination(url.searchParams.get('state'))).toBe('/bye');
  });

  it('ends at its own page unless another one is asked for', async () => {
    for (const returnTo of [undefined, '']) {
      const { logoutUrl } = await room.signOut.end(undefined, returnTo);
      const state = new URL(logoutUrl).searchParams.get('state');
      expect(room.signOut.destination(state)).toBe('/auth/signed-out');
    }
  });

  it('may end at a page of an allowed origin, and nowhere else', async () => {
    await room.close();
    room = new AuthRoom(key, { ALLOWED_ORIGINS: 'https://app.example' });
    await expect(room.signOut.end(undefined, 'https://app.example/bye')).resolves.toBeDefined();
    await expect(room.signOut.end(undefined, 'https://evil.example/')).rejects.toMatchObject({
      code: 'invalid_return_to',
    });
  });

  it('without a session leads to the provider all the same', async () => {
    const { logoutUrl, subject } = await room.signOut.end(undefined, undefined);
    expect(logoutUrl).toContain('https://id.example/logout');
    expect(subject).toBeUndefined();
  });

  it('ends here where the provider has no place for it', async () => {
    room.memory.metadata = { end_session_endpoint: undefined };
    expect(await room.signOut.end(await signedIn(), '/bye')).toEqual({
      logoutUrl: '/bye',
      cookies: [],
      subject: 'ann',
    });
  });

  it('is not led anywhere by a state that the gateway has not made', () => {
    expect(room.signOut.destination('forged')).toBeUndefined();
    expect(room.signOut.destination(undefined)).toBeUndefined();
    expect(room.signOut.destination(['a'])).toBeUndefined();
    expect(room.signOut.destination(room.sessions.keyring.seal('/evil', 'another purpose'))).toBeUndefined();
  });
});

describe('I6: a provider that wants the id_token', () => {
  let ended: SignedOut;

  beforeEach(async () => {
    await room.close();
    room = new AuthRoom(key, { OIDC_LOGOUT_HINT: 'form_post' });
    ended = await room.signOut.end(await signedIn(), '/bye');
  });

  it('gets it by a form, which the browser is sent to with a cookie of one minute', async () => {
    expect(ended).toEqual({ logoutUrl: '/auth/logout/continue', cookies: [expect.any(String)], subject: 'ann' });
    expect(ended.cookies[0]).toMatch(/^__Host-Http-sign-out=[\w-]{43}; .*Secure; Max-Age=60$/);
    const form = await takeForm(ended.cookies);
    expect(form?.action.pathname).toBe('/logout');
    expect(room.signOut.destination(form?.action.searchParams.get('state'))).toBe('/bye');
    expect(form?.idToken.split('.')).toHaveLength(3);
  });

  it('gets it once', async () => {
    expect(await takeForm(ended.cookies)).toBeDefined();
    expect(await takeForm(ended.cookies)).toBeUndefined();
  });

  it('gets it once of two requests at the same time', async () => {
    const forms = await Promise.all([takeForm(ended.cookies), takeForm(ended.cookies)]);
    expect(forms.filter((form) => form !== undefined)).toHaveLength(1);
  });

  it('gets it within a minute', async () => {
    vi.setSystemTime(Date.now() + 60_000);
    expect(await takeForm(ended.cookies)).toBeUndefined();
  });

  it('gets it within that minute', async () => {
    vi.setSystemTime(Date.now() + 59_999);
    expect(await takeForm(ended.cookies)).toBeDefined();
  });

  it.each([[''], ['__Host-Http-sign-out='], ['__Host-Http-sign-out=guessed']])(
    'gives none to a browser with the cookies %o',
    async (cookie) => {
      expect(await room.signOut.takeForm(requestFor('/', { headers: { cookie } }))).toBeUndefined();
    },
  );

  it('gives none to a browser without cookies', async () => {
    expect(await room.signOut.takeForm(requestFor('/'))).toBeUndefined();
  });

  it('is not readable in the store, and neither is its secret', async () => {
    const put = vi.spyOn(room.sessions.store, 'putRecord');
    const { cookies } = await room.signOut.end(await signedIn(), '/bye');
    const [name = '', , record] = put.mock.calls.find(([one]) => one.startsWith('sign-out:')) ?? [];
    expect(name).not.toContain(cookieHeader(cookies).split('=')[1]);
    expect(record?.sealed.toString('latin1')).not.toContain('id.example');
  });

  it('is forgotten by its cookie', () => {
    expect(room.signOut.clearForm()).toMatch(/^__Host-Http-sign-out=; .*Max-Age=0$/);
  });

  it('gets none where nobody was signed in', async () => {
    const { logoutUrl, cookies } = await room.signOut.end(undefined, undefined);
    expect(logoutUrl).toContain('https://id.example/logout');
    expect(cookies).toEqual([]);
  });

  it('gets none at a vendor’s own address', async () => {
    await room.close();
    room = new AuthRoom(key, { OIDC_LOGOUT_HINT: 'form_post', OIDC_LOGOUT_URL: 'https://id.example/bye' });
    expect(await room.signOut.end(await signedIn(), '/bye')).toMatchObject({
      logoutUrl: 'https://id.example/bye',
      cookies: [],
    });
  });
});
