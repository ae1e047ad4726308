import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNpm } from '../scripts/run.mjs';

const BENCH = join(ROOT, 'bench');
const RECORD = join(BENCH, 'node_modules', '.package-lock.json');

/** Installs what the gateway is compared with, once; none of it is a dependency of the gateway. */
export async function preparePeers() {
  if (existsSync(RECORD) && isCurrent(packagesOf(RECORD), packagesOf(join(BENCH, 'package-lock.json')))) return;
  console.log('Installing the peers…');
  await runNpm('--prefix', BENCH, 'ci', '--no-audit', '--no-fund');
}

/** Packages for other platforms are in the lock and not on the disk. */
function isCurrent(installed, locked) {
  const wanted = Object.entries(locked).filter(([path, { optional }]) => path !== '' && !optional);
  return wanted.every(([path, { version }]) => installed[path]?.version === version);
}

function packagesOf(lock) {
  return JSON.parse(readFileSync(lock, 'utf8')).packages;
}
