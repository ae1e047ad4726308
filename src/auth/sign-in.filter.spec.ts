import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contextOf, requestFor, TestResponse } from '../../test/support/unit/exchange.js';
import { takeLog } from '../../test/support/unit/log.js';
import { Problem } from '../http/problem.js';
import { Logger } from '@nestjs/common';
import { redirect } from './redirect.js';
import { SignInFilter } from './sign-in.filter.js';

beforeEach(() => void takeLog());
afterEach(() => Logger.overrideLogger(true));

/** What is answered to a failure. */
async function answerTo(error: unknown, headers: Record<string, string>): Promise<TestResponse> {
  const req = requestFor('/auth/callback', { headers });
  const res = new TestResponse(req);
  const filter = new SignInFilter();
  // oxlint-disable-next-line promise/no-promise-in-callback -- the method of an exception filter, not of a promise
  filter.catch(error, contextOf(req, res));
  await vi.waitFor(() => expect(res.writableEnded).toBe(true));
  return res;
}
const PERSON = { 'sec-fetch-mode': 'navigate' };

describe('I4: a failed sign-in', () => {
  it('is a page for a person, with the reason, the way back and the request id', async () => {
    const res = await answerTo(new Problem('login_refused'), PERSON);
    expect(res.statusCode).toBe(new Problem('login_refused').status);
    expect(res.getHeader('Content-Type')).toBe('text/html; charset=utf-8');
    expect(res.text).toContain('You are not signed in');
    expect(res.text).toContain(new Problem('login_refused').message);
    expect(res.text).toContain('href="/auth/login"');
    expect(res.text).toContain(`<code>${res.req.requestId}</code> (login_refused)`);
    expect(res.hasHeader('Retry-After')).toBe(false);
  });

  it('says when to try again', async () => {
    const res = await answerTo(new Problem('sign_ins_busy', { retryAfterSeconds: 5 }), PERSON);
    expect(res.getHeader('Retry-After')).toBe('5');
  });

  it('of a link that leads elsewhere says that the link does not work', async () => {
    const res = await answerTo(new Problem('invalid_return_to', { message: 'returnTo is <b>wrong</b>.' }), PERSON);
    expect(res.text).toContain('This link does not work');
    expect(res.text).toContain('returnTo is &lt;b&gt;wrong&lt;/b&gt;.');
  });

  it('is a problem document for a script', async () => {
    const res = await answerTo(new Problem('login_refused'), { accept: 'application/json' });
    expect(JSON.parse(res.text)).toMatchObject({ code: 'login_refused' });
  });
});

describe('a redirect', () => {
  it('sets cookies only where there are some', () => {
    const [plain, withCookies] = [new TestResponse(requestFor('/')), new TestResponse(requestFor('/'))];
    redirect(plain, 302, '/there', []);
    redirect(withCookies, 303, '/there', ['a=1', 'b=2']);
    expect(plain.hasHeader('Set-Cookie')).toBe(false);
    expect(withCookies.cookies).toEqual(['a=1', 'b=2']);
    expect([plain.statusCode, withCookies.statusCode]).toEqual([302, 303]);
    expect(plain.getHeader('Location')).toBe('/there');
    expect(plain.writableEnded).toBe(true);
  });
});
