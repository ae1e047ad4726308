/** An organisation that a person works for, as a company's provider names it. */
interface Organisation {
  readonly id: string;
  readonly name: string;
}

/** A person who can sign in to the sandbox. */
export interface Person {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
  readonly organisations: readonly Organisation[];
  readonly roles: readonly string[];
}

/** The organisation of the sandbox's platform. */
const DEMO = { id: '01JA000000000000000000DEM0', name: 'Demo Organisation' };

/** The one password of the sandbox; its sign-in page says it, so it protects nothing. */
export const PASSWORD = 'demo';

/** The people of the sandbox: the first is the one to try things with, the second shows that sessions are apart. */
export const PEOPLE = [
  {
    sub: 'person-demo',
    name: 'Demo Person',
    email: 'demo@example.com',
    organisations: [DEMO],
    roles: ['admin', 'editor'],
  },
  { sub: 'person-other', name: 'Other Person', email: 'other@example.com', organisations: [DEMO], roles: ['viewer'] },
] as const satisfies readonly Person[];

/** The person of a subject identifier. */
export function personOf(sub: string): Person | undefined {
  return PEOPLE.find((person) => person.sub === sub);
}

/** The person whom an e-mail address and a password sign in. */
export function authenticate(email: string, password: string): Person | undefined {
  const wanted = email.trim().toLowerCase();
  return password === PASSWORD ? PEOPLE.find((person) => person.email === wanted) : undefined;
}
