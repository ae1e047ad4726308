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
  const survivors = MUTANTS.filter((_, at) => {
    const options = [fileURLToPath(import.meta.url), ...rest, `--mutant=${at + 1}`];
    return spawnSync(process.execPath, options, { stdio: 'inherit' }).status !== 0;
  });
  console.log(`${MUTANTS.length - survivors.length} of ${MUTANTS.length} mutants were found.`);
  return survivors.length === 0 ? 0 : 1;
}
