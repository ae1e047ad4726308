import { describe, expect, it } from 'vitest';
import { checkReturnTo, withLoginError, withoutLoginError } from './return-to.js';

const PUBLIC = new URL('https://connect.example');
const ALLOWED = ['https://app.example'];
const check = (value: string): string => checkReturnTo(value, PUBLIC, ALLOWED);

const ELSEWHERE = {
  status: 400,
  code: 'invalid_return_to',
  message: 'returnTo must be a path of this site, such as /orders?page=2.',
  extras: expect.objectContaining({
    fields: [{ field: 'returnTo', message: 'must be a path of this site, such as /orders?page=2' }],
  }),
};

describe('S17: where a sign-in returns to', () => {
  it.each([
    ['/'],
    ['/orders?page=2#top'],
    ['/orders?next=https://evil.example'],
    ['/orders?a=%5c%0a#%5c'],
    ['/a//b'],
    ['https://app.example'],
    ['https://app.example/page'],
    ['https://app.example?page=2'],
    ['https://app.example#top'],
  ])('may be %s', (value) => {
    expect(check(value)).toBe(value);
  });

  it('is the start page where it is empty', () => {
    expect(check('')).toBe('/');
  });

  it.each([
    ['//evil.example'],
    ['/\\evil.example'],
    ['\\/evil.example'],
    ['/\t/evil.example'],
    ['/\n/evil.example'],
    [' /orders'],
    ['/orders page'],
    ['/\u007f'],
    ['/%5cevil.example'],
    ['/%5Cevil.example'],
    ['/%09/evil.example'],
    ['/%0a/evil.example'],
    ['/%1f'],
    ['/%7F'],
    ['orders'],
    ['?page=2'],
    ['https:evil.example'],
    ['https://evil.example'],
    ['https://connect.example/orders'],
    ['https://app.example.evil.example'],
    ['https://app.example@evil.example'],
    ['https://app.example:8443/'],
    ['http://app.example/'],
    ['x/https://app.example/'],
    ['javascript:alert(1)'],
  ])('may not be %o', (value) => {
    expect(() => check(value)).toThrow(expect.objectContaining(ELSEWHERE));
  });

  it.each([
    ['/größe?q=ü', '/gr%C3%B6%C3%9Fe?q=%C3%BC'],
    ['/a"b', '/a%22b'],
    ['/\ud800', '/%EF%BF%BD'],
    ['/\u00a0', '/%C2%A0'],
  ])('%s is sent as %s', (value, sent) => {
    expect(check(value)).toBe(sent);
  });

  it('has 1,024 characters at most, as it is sent', () => {
    expect(check(`/${'x'.repeat(1_023)}`)).toHaveLength(1_024);
    const tooLong = {
      code: 'invalid_return_to',
      message: 'returnTo must not be longer than 1024 characters, encoded.',
    };
    expect(() => check(`/${'x'.repeat(1_024)}`)).toThrow(expect.objectContaining(tooLong));
    expect(() => check(`/${'ü'.repeat(171)}`)).toThrow(expect.objectContaining(tooLong));
  });
});

describe('I4: the code of a failed sign-in', () => {
  it.each([
    ['/', '/?login_error=login_failed'],
    ['/orders?page=2', '/orders?page=2&login_error=login_failed'],
    ['/orders?page=2#top', '/orders?page=2&login_error=login_failed#top'],
    ['/orders#top?no', '/orders?login_error=login_failed#top?no'],
    ['/?', '/?login_error=login_failed'],
    ['/?login_error=old&a=1&login_error', '/?a=1&login_error=login_failed'],
    ['/?login_errors=1', '/?login_errors=1&login_error=login_failed'],
    ['https://app.example', 'https://app.example?login_error=login_failed'],
  ])('is added to %s as %s', (returnTo, url) => {
    expect(withLoginError(returnTo, 'login_failed')).toBe(url);
  });

  it('is encoded', () => {
    expect(withLoginError('/', 'a&b')).toBe('/?login_error=a%26b');
  });

  it.each([
    ['/orders?page=2#top', '/orders?page=2#top'],
    ['/?login_error=x', '/'],
    ['/?login_error', '/'],
    ['/?a=1&login_error=x&b=2#top', '/?a=1&b=2#top'],
    ['/?&&a=1', '/?&&a=1'],
    ['/#?login_error=x', '/#?login_error=x'],
    ['/?login_errors=1', '/?login_errors=1'],
  ])('is removed from %s: %s', (returnTo, url) => {
    expect(withoutLoginError(returnTo)).toBe(url);
  });
});
