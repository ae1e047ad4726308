import { beforeEach, describe, expect, it } from 'vitest';
import { requestFor } from '../../test/support/unit/exchange.js';
import { configOf } from '../../test/support/unit/settings.js';
import { SessionCookie } from './session.cookie.js';

let secure: SessionCookie;
let loopback: SessionCookie;

beforeEach(() => {
  secure = new SessionCookie(configOf());
  loopback = new SessionCookie(configOf({ PUBLIC_URL: 'http://localhost:3000' }));
});

const withCookie = (cookie: string) => requestFor('/', { headers: { cookie } });
const AMBIGUOUS = expect.objectContaining({ status: 401, code: 'ambiguous_cookie' });

describe('S12: the session’s cookie', () => {
  it('is set for the site alone and as long as a session may live', () => {
    expect(secure.set('value')).toEqual([
      '__Host-Http-session=value; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=43200',
      '__Host-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
    ]);
    expect(loopback.set('value')).toEqual(['session=value; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200']);
  });

  it('is deleted by the attributes that it was set with', () => {
    expect(secure.clear()).toEqual([
      '__Host-Http-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
      '__Host-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
    ]);
    expect(loopback.clear()).toEqual(['session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0']);
  });

  it.each([
    ['__Host-Http-session=new', 'new', false],
    ['__Host-session=old', 'old', true],
    ['__Host-Http-session=new; __Host-session=old', 'new', false],
    ['__Host-Http-session=; __Host-session=old', 'old', true],
    ['__Host-Http-session=', undefined, true],
    ['session=plain', undefined, true],
  ])('of %s is read as %o, under the former name: %s', (cookie, value, isFormer) => {
    expect(secure.read(withCookie(cookie))).toBe(value);
    expect(secure.isFormer(withCookie(cookie))).toBe(isFormer);
  });

  it('is none without cookies', () => {
    expect(secure.read(requestFor('/'))).toBeUndefined();
    expect(secure.isFormer(requestFor('/'))).toBe(false);
  });

  it('has no former name on loopback', () => {
    expect(loopback.read(withCookie('session=value'))).toBe('value');
    expect(loopback.read(withCookie('__Host-session=old'))).toBeUndefined();
  });

  it.each([['__Host-Http-session=a; __Host-Http-session=b'], ['__Host-session=a; __Host-session=b']])(
    'S18: twice in a request, as %s, is none',
    (cookie) => {
      expect(() => secure.read(withCookie(cookie))).toThrow(AMBIGUOUS);
    },
  );

  it('S18: that is ambiguous names no place to sign in: the planted cookie would stay', () => {
    const cookie = '__Host-Http-session=a; __Host-Http-session=b';
    expect(() => secure.read(withCookie(cookie))).toThrow(expect.objectContaining({ extras: {} }));
    expect(() => secure.isFormer(withCookie(cookie))).toThrow(AMBIGUOUS);
  });
});
