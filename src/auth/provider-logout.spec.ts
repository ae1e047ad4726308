import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthRoom } from '../../test/support/unit/auth.room.js';
import { countsOf } from '../../test/support/unit/counters.js';
import { createKey, ISSUER } from '../../test/support/unit/memory.provider.js';

const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const key = await createKey('kid');
let room: AuthRoom;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
  room = new AuthRoom(key);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await room.close();
  vi.useRealTimers();
});

const logoutToken = (claims: object = {}): Promise<string> =>
  room.memory.idToken({ exp: undefined, jti: 'once', events: EVENTS, ...claims });
const receive = (token: string): Promise<void> => room.providerLogout.receiveToken(token, 'request-1');
const counted = (): Promise<Record<string, number>> =>
  countsOf(room.sessions.metrics, 'gateway_provider_logouts_total');
/** Whether the session of a browser lives. */
const lives = async (cookie: string): Promise<boolean> =>
  (await room.sessions.service.find(cookie.split('=')[1] ?? '')) !== undefined;

describe('S13: a logout token', () => {
  it('ends the sessions of the person that it names', async () => {
    const cookie = await room.browse();
    await receive(await logoutToken({ sub: 'ann' }));
    expect(await lives(cookie)).toBe(false);
    expect(await counted()).toEqual({ 'back accepted': 1 });
  });

  it('ends the sessions that came of the provider’s one that it names, and no other', async () => {
    room.memory.claims = { sid: 'one' };
    const one = await room.browse();
    room.memory.claims = { sid: 'two' };
    const two = await room.browse();
    await receive(await logoutToken({ sid: 'one' }));
    expect([await lives(one), await lives(two)]).toEqual([false, true]);
  });

  it('for nobody who is here is accepted', async () => {
    await receive(await logoutToken({ sub: 'nobody' }));
    expect(await counted()).toEqual({ 'back accepted': 1 });
  });

  it('that was used is refused for as long as it could be good, and longer', async () => {
    await receive(await logoutToken());
    const refused = { message: 'The logout token is not valid: the token was used before.' };
    await expect(receive(await logoutToken())).rejects.toMatchObject(refused);
    vi.setSystemTime(Date.now() + 599_999);
    await expect(receive(await logoutToken())).rejects.toMatchObject(refused);
    vi.setSystemTime(Date.now() + 1);
    await expect(receive(await logoutToken())).resolves.toBeUndefined();
    await expect(receive(await logoutToken({ jti: 'another' }))).resolves.toBeUndefined();
  });

  it('that is not good is a 400 in the words of the specification, and logged', async () => {
    await expect(receive('no token')).rejects.toMatchObject({
      status: 400,
      code: 'invalid_logout_token',
      message: expect.stringMatching(/^The logout token is not valid: .+\.$/),
      extras: { members: { error: 'invalid_request' } },
    });
    expect(await counted()).toEqual({ 'back refused': 1 });
    expect(room.warnings).toMatchObject([
      { level: 'warn', fields: { requestId: 'request-1', reason: expect.stringContaining('TokenRefused') } },
    ]);
  });

  it('can be sent again when the store was away', async () => {
    const cookie = await room.browse();
    const token = await logoutToken({ sub: 'ann' });
    vi.spyOn(room.sessions.store, 'listByOwner').mockRejectedValueOnce(new Error('away'));
    await expect(receive(token)).rejects.toThrow('away');
    expect(await counted()).toEqual({});
    await receive(token);
    expect(await lives(cookie)).toBe(false);
  });
});

describe('a logout by a frame', () => {
  it('ends the sessions that came of the provider’s one, and may be framed by its page', async () => {
    room.memory.claims = { sid: 'one' };
    const cookie = await room.browse();
    expect(await room.providerLogout.receiveFrame(ISSUER, 'one', 'request-1')).toBe('https://id.example');
    expect(await lives(cookie)).toBe(false);
    expect(await counted()).toEqual({ 'front accepted': 1 });
  });

  it.each([
    ['another issuer', 'https://evil.example/', 'one', 'https://evil.example/', true],
    ['a long other issuer', 'x'.repeat(300), 'one', 'x'.repeat(256), true],
    ['no issuer', undefined, 'one', 'none', true],
    ['two issuers', [ISSUER, ISSUER], 'one', 'none', true],
    ['no session', ISSUER, undefined, ISSUER, false],
    ['an empty session', ISSUER, '', ISSUER, true],
    ['two sessions', ISSUER, ['one', 'one'], ISSUER, false],
  ])('with %s is refused, and logged', async (_what, iss, sid, receivedIssuer, hasSid) => {
    room.memory.claims = { sid: 'one' };
    const cookie = await room.browse();
    await expect(room.providerLogout.receiveFrame(iss, sid, 'request-1')).rejects.toMatchObject({
      status: 400,
      code: 'invalid_frontchannel_logout',
    });
    expect(await lives(cookie)).toBe(true);
    expect(await counted()).toEqual({ 'front refused': 1 });
    expect(room.warnings.at(-1)).toMatchObject({
      fields: { requestId: 'request-1', expectedIssuer: ISSUER, receivedIssuer, hasSid },
    });
  });
});
