import { describe, expect, it } from 'vitest';
import { requestFor } from '../../test/support/unit/exchange.js';
import { isPrefetch, publicAddressOf } from './sign-in.request.js';

describe('a prefetch of a sign-in', () => {
  it.each([
    [{ 'sec-purpose': 'prefetch' }, true],
    [{ 'sec-purpose': 'prefetch;prerender' }, true],
    [{ purpose: 'Prefetch' }, true],
    [{ 'x-moz': 'prefetch' }, true],
    [{ 'sec-purpose': 'prefetching' }, false],
    [{ 'sec-purpose': 'noprefetch' }, false],
    [{ accept: 'prefetch' }, false],
    [{}, false],
  ])('is seen by its headers: %o is one: %s', (headers, expected) => {
    expect(isPrefetch(requestFor('/auth/login', { headers }))).toBe(expected);
  });
});

describe('a sign-in under another host name', () => {
  const PUBLIC = new URL('https://connect.example');
  const address = (hostname: string | undefined, url = '/auth/login?returnTo=/orders', redirected?: string) => {
    const query = redirected === undefined ? {} : { redirected };
    return publicAddressOf(requestFor(url, hostname === undefined ? {} : { hostname }), PUBLIC, query);
  };

  it('goes on under the public one, with its query', () => {
    expect(address('127.0.0.1')).toBe('https://connect.example/auth/login?returnTo=%2Forders&redirected=1');
    expect(address('127.0.0.1', '/auth/login')).toBe('https://connect.example/auth/login?redirected=1');
  });

  it('keeps the port of the public one', () => {
    const req = requestFor('/auth/login', { hostname: '127.0.0.1' });
    expect(publicAddressOf(req, new URL('http://localhost:3000'), {})).toBe(
      'http://localhost:3000/auth/login?redirected=1',
    );
  });

  it('stays where the name is the public one, in any case of letters', () => {
    expect(address('connect.example')).toBeUndefined();
    expect(address('Connect.Example')).toBeUndefined();
  });

  it('stays where it was redirected before: behind a proxy that rewrites names it would loop', () => {
    expect(address('127.0.0.1', '/auth/login?redirected=1', '1')).toBeUndefined();
    expect(address('127.0.0.1', '/auth/login?redirected=', '')).toBeUndefined();
  });

  it('stays where the request names no host', () => {
    const req = requestFor('/auth/login', { hostname: undefined });
    expect(publicAddressOf(req, PUBLIC, {})).toBeUndefined();
  });
});
