import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { main, ROOT, runAttached, runNpm, ScriptFault } from './run.mjs';
import { ROOMS } from '../test/mutation/rooms.mjs';

const HOME = join(ROOT, 'test', 'mutation');
const USAGE = `npm run mutate -- room [file…]
  room   ${Object.keys(ROOMS).join(', ')}
  file   only these files of it, such as src/session/session.cache.ts, or lines of one: src/session/session.cache.ts:20-60`;

await main(async () => {
  const [name, ...files] = process.argv.slice(2);
  const room = ROOMS[name ?? ''];
  if (room === undefined) throw new ScriptFault(USAGE);
  const node = await prepare();
  if (!existsSync(join(HOME, 'node_modules'))) {
    console.log('Installing Stryker…');
    await runNpm('--prefix', HOME, 'ci', '--no-audit', '--no-fund', '--legacy-peer-deps');
  }
  process.env.MUTATION_TESTS = room.tests.join(' ');
  process.env.MUTATION_REPORT = name;
  const mutate = files.length > 0 ? files : [...room.mutate, '!**/*.spec.ts'];
  const stryker = join(HOME, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  return runAttached(node, [stryker, 'run', 'test/mutation/stryker.config.mjs', '--mutate', mutate.join(',')]);
});
