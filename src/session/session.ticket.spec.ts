import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Keyring } from '../crypto/keyring.js';
import { claimedId, issueTicket, readTicket, resignTicket } from './session.ticket.js';

const secret = (): string => randomBytes(32).toString('base64');
const OLD = secret();
const keyring = new Keyring([OLD]);

describe('S10: a ticket has one spelling', () => {
  it('accepts an issued ticket', () => {
    const { ticket, value } = issueTicket(keyring);
    expect(readTicket(value, keyring)).toEqual(ticket);
  });

  it.each([
    ['padding', (value: string) => `${value}==`],
    ['characters that a decoder skips', (value: string) => `${value.slice(0, 40)}!!!${value.slice(40)}`],
    ['a space', (value: string) => `${value.slice(0, 40)} ${value.slice(40)}`],
    ['spare bits in the last character', (value: string) => value.slice(0, -1) + next(value.at(-1) ?? 'A')],
  ])('rejects the same bytes with %s', (_what, respell) => {
    const { value } = issueTicket(keyring);
    const respelled = respell(value);
    expect(Buffer.from(respelled, 'base64url')).toEqual(Buffer.from(value, 'base64url'));
    expect(readTicket(respelled, keyring)).toBeUndefined();
  });
});

describe('S10: a ticket', () => {
  it('begins with the id that it claims', () => {
    const { ticket, value } = issueTicket(keyring);
    expect(claimedId(value)).toBe(ticket.id);
    expect(ticket.id).toMatch(/^[\w-]{24}$/);
  });

  it('is as long as an id, a secret and a signature', () => {
    const { value } = issueTicket(keyring);
    expect(Buffer.from(value, 'base64url')).toHaveLength(18 + 32 + 32);
  });

  it('has an id and a key of its own', () => {
    const [one, two] = [issueTicket(keyring).ticket, issueTicket(keyring).ticket];
    expect(one.id).not.toBe(two.id);
    expect(one.key).not.toEqual(two.key);
    expect(one.key).toHaveLength(32);
  });

  it('has a key that its id does not reveal: another secret gives another key', () => {
    const value = Buffer.from(issueTicket(keyring).value, 'base64url');
    const other = Buffer.concat([value.subarray(0, 18), randomBytes(32)]);
    const forged = Buffer.concat([other, keyring.sign(other)]).toString('base64url');
    const read = readTicket(forged, keyring);
    expect(read?.id).toBe(value.toString('base64url').slice(0, 24));
    expect(read?.key).not.toEqual(readTicket(value.toString('base64url'), keyring)?.key);
  });

  it.each([0, 18, 50, 81])('is refused once its byte %i is changed', (at) => {
    const bytes = Buffer.from(issueTicket(keyring).value, 'base64url');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(readTicket(bytes.toString('base64url'), keyring)).toBeUndefined();
  });

  it.each([
    ['shorter', -1],
    ['longer', 1],
  ])('is refused when it is %s, although its signature would be right', (_what, difference) => {
    const payload = randomBytes(50 + difference);
    const value = Buffer.concat([payload, keyring.sign(payload)]).toString('base64url');
    expect(readTicket(value, keyring)).toBeUndefined();
  });

  it('that an unknown key has signed is refused', () => {
    expect(readTicket(issueTicket(new Keyring([secret()])).value, keyring)).toBeUndefined();
  });
});

describe('a ticket of an earlier version', () => {
  it('opens the same session after an update', () => {
    const known = new Keyring(['a session key of 32 and more characters']);
    const value =
      'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwemG8t64FOmwGSFwehGTLMC8xEgFPmhRqFJB1lbIbClOQ';
    expect(readTicket(value, known)).toEqual({
      id: 'BwcHBwcHBwcHBwcHBwcHBwcH',
      key: Buffer.from('wnqa4DSCcLCL5EdDLTOnyCIke0HzT4liHSo99qWu60E', 'base64url'),
      stale: false,
    });
  });
});

describe('S10: a ticket after the keys were rotated', () => {
  const rotated = new Keyring([secret(), OLD]);

  it('is stale while the old key still verifies', () => {
    const { ticket, value } = issueTicket(keyring);
    expect(ticket.stale).toBe(false);
    expect(readTicket(value, rotated)).toEqual({ ...ticket, stale: true });
  });

  it('is the same session once it is signed with the new key', () => {
    const { ticket, value } = issueTicket(keyring);
    const resigned = resignTicket(value, rotated);
    expect(resigned).not.toBe(value);
    expect(readTicket(resigned, rotated)).toEqual({ ...ticket, stale: false });
  });
});

function next(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 1);
}
