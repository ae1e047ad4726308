import { expect, it } from 'vitest';
import { unauthenticated } from './unauthenticated.js';

it.each(['unauthenticated', 'session_ended', 'reauthentication_required'] as const)(
  'a caller who is refused by %s is told where to sign in',
  (code) => {
    expect(unauthenticated(code)).toMatchObject({
      status: 401,
      code,
      extras: { members: { loginUrl: '/auth/login' } },
    });
  },
);

it('a caller with two cookies is not: signing in does not remove the planted one', () => {
  expect(unauthenticated('ambiguous_cookie')).toMatchObject({ status: 401, code: 'ambiguous_cookie' });
  expect(unauthenticated('ambiguous_cookie').extras).toEqual({});
});
