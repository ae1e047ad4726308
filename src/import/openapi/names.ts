import anyAscii from 'any-ascii';
import { createHash } from 'node:crypto';
import { MAX_NAME } from './limits.js';

/** Something to be named. */
export interface Named {
  /** Its unique identity in the document, such as `GET /pets`. */
  readonly key: string;
  /** The preferred name, in any characters. */
  readonly wanted: string;
  /** The suffix to add if others prefer the same name. */
  readonly qualifier?: string;
}

const HASH_CHARACTERS = 8;

/**
 * Assigns unique names of the allowed characters. A name depends on what is named and on who else prefers it, never on
 * the order: a preferred name that needs no change is kept unless two prefer it; changed names yield to it.
 * @param forbidden a run of characters that a name must not contain
 * @param taken names that are already in use
 * @returns the name of each key
 */
export function assignNames(
  all: readonly Named[],
  forbidden: RegExp,
  taken: ReadonlySet<string> = new Set(),
): Map<string, string> {
  const wishes = all.map((one) => ({ ...one, fitting: fittingOf(one.wanted, forbidden) }));
  const exact = countBy(wishes.filter(({ wanted, fitting }) => wanted === fitting));
  const any = countBy(wishes);
  const names = new Map<string, string>();
  const given = new Set(taken);
  const settle = (key: string, name: string): void => {
    names.set(key, name);
    given.add(name);
  };
  for (const { key, wanted, fitting } of wishes)
    if (wanted === fitting && exact.get(fitting) === 1 && !taken.has(fitting)) settle(key, fitting);
  const open = wishes.filter(({ key }) => !names.has(key));
  for (const { key, fitting } of open) if (any.get(fitting) === 1 && !given.has(fitting)) settle(key, fitting);
  const contested = open.filter(({ key }) => !names.has(key));
  const qualified = contested.map(({ key, fitting, qualifier = '' }) => ({
    key,
    fitting: qualifier === '' ? fitting : fittingOf(`${fitting}_${qualifier}`, forbidden),
  }));
  const same = countBy(qualified);
  for (const { key, fitting } of qualified)
    settle(key, same.get(fitting) === 1 && !given.has(fitting) ? fitting : hashed(fitting, key, given));
  return names;
}

/** Transliterates other alphabets to Latin; remaining invalid characters become `_`, with none left at the ends. */
function fittingOf(wanted: string, forbidden: RegExp): string {
  const short = wanted.length > MAX_NAME ? wanted.slice(0, MAX_NAME) : wanted;
  const replaced = short.replaceAll(forbidden, '_');
  if (replaced === wanted) return wanted;
  const latin = trimmed(anyAscii(short).replaceAll(/['`]/g, '').replaceAll(forbidden, '_'));
  const fitting = latin.length > MAX_NAME || wanted.length > MAX_NAME ? hashed(latin, wanted, new Set()) : latin;
  return fitting === '' ? `unnamed_${hashOf(wanted)}` : fitting;
}

function hashed(name: string, key: string, given: ReadonlySet<string>): string {
  const short = name.slice(0, MAX_NAME - HASH_CHARACTERS - 1);
  let hash = hashOf(key);
  while (given.has(`${short}_${hash}`)) hash = hashOf(`${key} ${hash}`);
  return `${short}_${hash}`;
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, HASH_CHARACTERS);
}

function countBy(wishes: readonly { readonly fitting: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { fitting } of wishes) counts.set(fitting, (counts.get(fitting) ?? 0) + 1);
  return counts;
}

/** Without underscores at its ends; one pass from either end, unlike a regular expression. */
function trimmed(name: string): string {
  let [begin, end] = [0, name.length];
  while (begin < end && name[begin] === '_') begin += 1;
  while (end > begin && name[end - 1] === '_') end -= 1;
  return name.slice(begin, end);
}
