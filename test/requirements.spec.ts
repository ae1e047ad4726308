import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The ids of docs/security.md's table of promises. */
function promised(): string[] {
  const text = readFileSync('docs/security.md', 'utf8');
  return [...text.matchAll(/^\| ([SPBEHOIFMD]\d+) \|/gm)].map(([, id]) => id ?? '');
}

/** The requirement ids at the start of test titles: `'S1, S7: gets the next token …'`. */
function held(): Set<string> {
  const files = ['src', 'test'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => (root === 'test' ? file.endsWith('.ts') : file.endsWith('.spec.ts')))
      .map((file) => `${root}/${file}`),
  );
  const titles = files.flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/['"`]((?:[SPBEHOIFMD]\d+, )*[SPBEHOIFMD]\d+):? /g),
  ]);
  return new Set(titles.flatMap(([, ids = '']) => ids.split(', ')));
}

it('every requirement of docs/security.md has a test that names it', () => {
  const ids = promised();
  expect(ids.length).toBeGreaterThan(40);
  const tested = held();
  expect(ids.filter((id) => !tested.has(id))).toEqual([]);
});
