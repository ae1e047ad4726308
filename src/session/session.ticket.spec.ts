import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Keyring } from '../crypto/keyring.js';
import { issueTicket, readTicket } from './session.ticket.js';

const keyring = new Keyring([randomBytes(32).toString('base64')]);

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

function next(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 1);
}
