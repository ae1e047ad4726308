/** Who a person is, as frontends see it. */
export interface Person {
  /** The identity provider's id of the person (`sub`). */
  readonly subject: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  /** The claims that `SESSION_CLAIMS` names, if the provider sent them. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Every session record contains these claims, so their size is limited: a list of a thousand groups is not stored. */
const MAX_CLAIMS_CHARACTERS = 16_384;

/** Reads a person from the claims of an id_token, completed from the userinfo endpoint. */
export function personOf(
  claims: { readonly sub: string; readonly [claim: string]: unknown },
  names: readonly string[],
): Person {
  return {
    subject: claims.sub,
    name: stringOf(claims['name']),
    email: stringOf(claims['email']),
    claims: pick(claims, names),
  };
}

/** The same person after a refresh: claims of the new id_token replace the old ones; missing ones are kept. */
export function refreshedPerson(
  { name, email, claims }: Person,
  newer: { readonly sub: string; readonly [claim: string]: unknown },
  names: readonly string[],
): Person {
  return personOf({ ...claims, name, email, ...newer }, names);
}

/** Whether a claim that frontends are shown is missing, so that the userinfo endpoint should be called. */
export function lacksSomething(claims: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return ['name', 'email', ...names].some((name) => claims[name] === undefined);
}

function pick(claims: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const picked: [string, unknown][] = [];
  let characters = 0;
  for (const name of names) {
    if (!Object.hasOwn(claims, name) || claims[name] === undefined) continue;
    characters += JSON.stringify(claims[name]).length;
    if (characters <= MAX_CLAIMS_CHARACTERS) picked.push([name, claims[name]]);
  }
  return Object.fromEntries(picked);
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
