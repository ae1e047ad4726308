/** Who a person is, as frontends see it. */
export interface Person {
  /** The identity provider's id of the person (`sub`). */
  readonly subject: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  /** The claims that `SESSION_CLAIMS` names, as far as the provider gave them. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Claims of a person are in every session's record: a list of a thousand groups is not kept. */
const MAX_CLAIMS_CHARACTERS = 16_384;

/** Reads a person from the claims of an id_token, or of the userinfo endpoint beneath it. */
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

/** The same person after a refresh: what the new id_token says counts, and what it leaves out stays. */
export function refreshedPerson(
  { name, email, claims }: Person,
  newer: { readonly sub: string; readonly [claim: string]: unknown },
  names: readonly string[],
): Person {
  return personOf({ ...claims, name, email, ...newer }, names);
}

/** Whether something that frontends are shown is not among the claims, so that the userinfo endpoint is worth asking. */
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
