import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { main, ScriptFault } from './run.mjs';
import { loadSimulation } from '../test/simulation/load.mjs';
import { MUTANTS } from '../test/simulation/mutants.mjs';

const args = process.argv.slice(2);
const rest = args.filter((arg) => !arg.startsWith('--mutant'));

await main(() => (args.includes('--mutants') ? findAll() : run()));
// What Vite leaves behind would keep the process.
process.exit();

async function run() {
  const number = args.find((arg) => arg.startsWith('--mutant='))?.slice('--mutant='.length);
  const mutant = number === undefined ? undefined : MUTANTS[Number(number) - 1];
  if (number !== undefined && mutant === undefined) throw new ScriptFault(`There are ${MUTANTS.length} mutants.`);
  const { main: simulate, findMutant, parseArguments } = await loadSimulation('main.ts', mutant);
  if (mutant === undefined) return simulate(rest);
  return (await findMutant(mutant.name, parseArguments(rest))) ? 0 : 1;
}

/** Each in a process of its own: a module is loaded once. */
function findAll() {
  const rows = MUTANTS.map(({ name }, at) => {
    const options = [fileURLToPath(import.meta.url), ...rest, `--mutant=${at + 1}`];
    const { stdout } = spawnSync(process.execPath, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    process.stdout.write(stdout);
    const [, schedule, requirement] = /: found by schedule (\d+): ([^:]+):/.exec(stdout) ?? [];
    return { name, schedule, requirement };
  });
  console.log('\n| fault | found by schedule | requirement |\n| --- | --- | --- |');
  for (const { name, schedule = 'none', requirement = '' } of rows)
    console.log(`| ${name} | ${schedule} | ${requirement} |`);
  const found = rows.filter(({ schedule }) => schedule !== undefined).length;
  console.log(`\n${found} of ${MUTANTS.length} mutants were found.`);
  return found === MUTANTS.length ? 0 : 1;
}
