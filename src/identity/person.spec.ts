import { describe, expect, it } from 'vitest';
import { lacksSomething, personOf, refreshedPerson } from './person.js';

const CLAIMS = { sub: 'ann', name: 'Ann', email: 'ann@example.com', role: 'editor', groups: ['a', 'b'] };

describe('a person', () => {
  it('has the names of the id_token and the claims that the operator chose', () => {
    expect(personOf(CLAIMS, ['role'])).toEqual({
      subject: 'ann',
      name: 'Ann',
      email: 'ann@example.com',
      claims: { role: 'editor' },
    });
  });

  it.each([[undefined], [''], [7], [null]])('has no name and no e-mail address where the provider says %o', (value) => {
    expect(personOf({ sub: 'ann', name: value, email: value }, [])).toMatchObject({
      name: undefined,
      email: undefined,
    });
  });

  it('has no claim that the provider does not send, and none that every object has', () => {
    const { claims } = personOf({ ...CLAIMS, role: undefined }, ['role', 'absent', 'constructor', 'groups']);
    expect(claims).toEqual({ groups: ['a', 'b'] });
  });

  it('has falsy claims too', () => {
    expect(personOf({ sub: 'ann', staff: false, level: 0 }, ['staff', 'level']).claims).toEqual({
      staff: false,
      level: 0,
    });
  });

  it('has claims of 16,384 characters together, and none beyond', () => {
    const half = 'x'.repeat(8_192 - 2);
    const { claims } = personOf({ sub: 'ann', one: half, two: half, three: '' }, ['one', 'two', 'three']);
    expect(Object.keys(claims)).toEqual(['one', 'two']);
    expect(personOf({ sub: 'ann', one: half, two: `${half}x` }, ['one', 'two']).claims).toEqual({ one: half });
  });
});

describe('a person after a refresh', () => {
  const before = personOf(CLAIMS, ['role', 'groups']);

  it('is as the new id_token says, and keeps what it does not say', () => {
    const after = refreshedPerson(before, { sub: 'ann', name: 'Ann B.', role: 'owner' }, ['role', 'groups']);
    expect(after).toEqual({
      subject: 'ann',
      name: 'Ann B.',
      email: 'ann@example.com',
      claims: { role: 'owner', groups: ['a', 'b'] },
    });
  });

  it('shows only what the operator chooses now', () => {
    expect(refreshedPerson(before, { sub: 'ann' }, ['role']).claims).toEqual({ role: 'editor' });
  });
});

describe('the userinfo endpoint', () => {
  it('is needed where a claim is missing that is shown', () => {
    expect(lacksSomething({ name: 'Ann', email: 'a@example.com', role: 'editor' }, ['role'])).toBe(false);
    expect(lacksSomething({ name: 'Ann', email: 'a@example.com' }, ['role'])).toBe(true);
    expect(lacksSomething({ name: 'Ann' }, [])).toBe(true);
    expect(lacksSomething({ email: 'a@example.com' }, [])).toBe(true);
  });
});
