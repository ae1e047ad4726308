import anyAscii from 'any-ascii';
import { createHash } from 'node:crypto';
import { MAX_NAME } from './limits.js';

/** Something that wants a name. */
export interface Named {
  /** What tells it from every other one, wherever in the document it is, such as `GET /pets`. */
  readonly key: string;
  /** The name that it wants, in any characters. */
  readonly wanted: string;
  /** What to add to it where others want the same. */
  readonly qualifier?: string;
}

const HASH_CHARACTERS = 8;

/**
 * Gives names of the allowed characters, each to one only. A name depends on what is named and on who else wants it, never
 * on the order: a wanted name that needs no change is kept, unless two want it; changed ones make way.
 * @param forbidden a run of characters that a name must not have
 * @param taken names that are given already
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

/** Characters of other alphabets become Latin ones; what then does not fit becomes `_`, and none is left at the ends. */
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

/** Without underscores at its ends; in one pass from either end, which an expression would not be. */
function trimmed(name: string): string {
  let [begin, end] = [0, name.length];
  while (begin < end && name[begin] === '_') begin += 1;
  while (end > begin && name[end - 1] === '_') end -= 1;
  return name.slice(begin, end);
}
