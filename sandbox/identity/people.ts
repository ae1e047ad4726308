/** The organisation that a person works for, in a claim of the identity provider. */
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

/** The only password of the sandbox; its sign-in page shows it, so it protects nothing. */
export const PASSWORD = 'demo';

/** The people of the sandbox: use the first one; the second one shows that sessions are separate. */
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

/** The person with this e-mail address and password. */
export function authenticate(email: string, password: string): Person | undefined {
  const wanted = email.trim().toLowerCase();
  return password === PASSWORD ? PEOPLE.find((person) => person.email === wanted) : undefined;
}
