import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directories = [];
process.once('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** An empty directory that goes when the benchmark ends, however it ends. */
export function scratchDirectory(purpose) {
  const directory = mkdtempSync(join(tmpdir(), `bench-${purpose}-`));
  directories.push(directory);
  return directory;
}
