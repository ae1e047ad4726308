import { CELLS_WITH_BARS } from './ratios.mjs';
import { SUBJECTS } from './subjects.mjs';
import { WORK } from './work.mjs';

export const USAGE = `npm run bench -- [options]
  --quick            under a minute: what the bars need alone, in few and short rounds
  --only=a,b         these subjects alone: ${SUBJECTS.map(({ name }) => name).join(', ')}
  --work=a,b         this work alone: ${WORK.map(({ name }) => name).join(', ')}
  --rounds=n         rounds after the one that warms up
  --seconds=n        seconds per cell
  --connections=n    connections of the load generator
  --against=dir      another build of the gateway beside this one: a directory that holds dist and node_modules
  --no-footprint     without start-up, memory and idle connections
  --imports          instead of all that: what imports of large documents cost, and those who wait meanwhile
  --workers          instead of all that: one process against two behind one port`;

const FULL = {
  rounds: 5,
  seconds: 2,
  warmUpSeconds: 6,
  connections: 32,
  starts: 5,
  idleConnections: 10_000,
  footprintOf: ['gateway', 'raw', 'fastify'],
};
const QUICK = {
  rounds: 3,
  seconds: 1,
  warmUpSeconds: 3,
  connections: 32,
  starts: 1,
  idleConnections: 0,
  footprintOf: ['gateway'],
};
const QUICK_ONLY = ['gateway', 'raw', 'fastify', 'express-session'];
const QUICK_WORK = ['get-1kb', 'get-20kb', 'post-1kb'];

/** Reads the command line; throws with the usage for whatever it does not know. */
export function parseOptions(args) {
  const given = Object.fromEntries(args.map(parse));
  const base = given.quick ? QUICK : FULL;
  const number = (name) => (given[name] === undefined ? base[name] : Number(given[name]));
  return {
    ...base,
    rounds: number('rounds'),
    seconds: number('seconds'),
    connections: number('connections'),
    against: given.against,
    isWanted: isAsItComes(given) ? (cell) => CELLS_WITH_BARS.has(cell) : () => true,
    footprint: given['no-footprint'] === undefined,
    imports: given.imports === true,
    workers: given.workers === true,
    subjects: choose(SUBJECTS, given.only, given.quick && QUICK_ONLY),
    works: choose(WORK, given.work, given.quick && QUICK_WORK),
  };
}

/** A quick run of the usual subjects and work measures no more than its last lines say. */
function isAsItComes({ quick, only, work }) {
  return quick === true && only === undefined && work === undefined;
}

function parse(arg) {
  const [, name, value] =
    /^--(quick|no-footprint|imports|workers|only|work|rounds|seconds|connections|against)(?:=(.+))?$/.exec(arg) ?? [];
  if (name === undefined) throw new Error(USAGE);
  return [name, value ?? true];
}

function choose(all, given, usual) {
  const names = typeof given === 'string' ? given.split(',') : usual || all.map(({ name }) => name);
  return names.map((name) => {
    const found = all.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`There is no ${name}.\n${USAGE}`);
    return found;
  });
}
