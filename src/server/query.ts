import { Problem } from '../problems/problem.js';

/** A decoded query: one text for a name that stands once, a list for a name that repeats. */
export type Query = Record<string, string | string[] | undefined>;

/**
 * Decodes a query as the platform does (application/x-www-form-urlencoded), but refuses what cannot be decoded without
 * loss instead of guessing.
 * @throws Problem 400 `malformed_query`
 */
export function parseQuery(text: string): Query {
  const query: Query = Object.create(null) as Query;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1));
    const present = query[name];
    if (present === undefined) query[name] = value;
    else if (Array.isArray(present)) present.push(value);
    else query[name] = [present, value];
  }
  return query;
}

/** Encodes a checked query again, so that what was checked is what is forwarded; empty for no parameters. */
export function formatQuery(query: Query): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(one)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Problem(
      400,
      'malformed_query',
      'The query is not valid percent-encoded UTF-8; encode each value with encodeURIComponent.',
    );
  }
}
