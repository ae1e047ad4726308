import { distance } from 'fastest-levenshtein';

/** Shorter names are common words in any environment. */
const SHORT = 6;

/**
 * The known name that a misspelt one probably means. `close` accepts only near-certain matches;
 * `any` also takes the best of the remaining ones.
 */
export function nearestName(name: string, known: Iterable<string>, likeness: 'close' | 'any'): string | undefined {
  const written = name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  let nearest: string | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const changes = isWordedAlike(written, candidate) ? 1 : distance(written, candidate);
    if (changes < smallest) [nearest, smallest] = [candidate, changes];
  }
  const allowed = likeness === 'any' ? Math.ceil(written.length / 2) : typingMistakes(written.length);
  return smallest <= allowed ? nearest : undefined;
}

/** `SESSION_STORE` for `SESSION_STORE_URL`, `OIDC_SECRET` for `OIDC_CLIENT_SECRET`: one word missing or too many. */
function isWordedAlike(written: string, candidate: string): boolean {
  const [words, others] = [written.split('_'), candidate.split('_')];
  if (words[0] !== others[0]) return false;
  const [fewer, more] = words.length < others.length ? [words, others] : [others, words];
  return fewer.length >= 2 && more.length - fewer.length === 1 && fewer.every((word) => more.includes(word));
}

function typingMistakes(length: number): number {
  if (length < SHORT) return 0;
  return length < 9 ? 1 : 2;
}
