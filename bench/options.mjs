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
  --versions         instead of all that: what the messages of a large version and the difference of two cost
  --workers          instead of all that: one process against two behind one port
  --hostile          instead of all that: what hostile requests cost everyone else; with --against=dir in two builds
  --latency          instead of all that: what the gateway adds to latency at fixed rates; with --quick, --against=dir
  --overload         instead of all that: twice what the gateway can do; with --quick, --against=dir
  --tls              instead of all that: what TLS towards the platform costs; with --quick, --against=dir
  --footprint        instead of all that: starts and memory of the gateway and its peers; with --quick, --against=dir
  --soak[=requests]  instead of all that: 5,000,000 requests while people sign in and out
  --scale            instead of all that: many connections, one process and two, SQLite and Redis; in four minutes`;

const FLAGS = ['quick', 'no-footprint'];
/** Each is a run of its own, which takes these options alone. */
const MODES = {
  imports: ['quick', 'against'],
  versions: [],
  workers: [],
  hostile: ['against'],
  scale: [],
  latency: ['quick', 'against'],
  overload: ['quick', 'against'],
  tls: ['quick', 'against'],
  soak: [],
  footprint: ['quick', 'against'],
};
const NUMBERS = ['rounds', 'seconds', 'connections'];
const TEXTS = ['only', 'work', 'against'];
const LARGEST = 10_000;
/** Of the modes that may be given a number. */
const LARGEST_OF_MODES = { soak: 1_000_000_000 };

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
const QUICK_WORK = ['get-1kb', 'get-20kb', 'post-1kb', '404'];

/** Reads the command line; throws for whatever it does not know, and says what is allowed. */
export function parseOptions(args) {
  const given = Object.fromEntries(args.map(parse));
  const mode = Object.keys(MODES).find((name) => given[name] !== undefined);
  if (mode !== undefined) return optionsOfMode(mode, given);
  const base = given.quick ? QUICK : FULL;
  const number = (name) => given[name] ?? base[name];
  return {
    ...base,
    rounds: number('rounds'),
    seconds: number('seconds'),
    connections: number('connections'),
    against: given.against,
    isWanted: isAsItComes(given) ? (cell) => CELLS_WITH_BARS.has(cell) : () => true,
    footprint: given['no-footprint'] === undefined,
    subjects: choose('only', SUBJECTS, given.only, given.quick && QUICK_ONLY),
    works: choose('work', WORK, given.work, given.quick && QUICK_WORK),
  };
}

function optionsOfMode(mode, given) {
  const other = Object.keys(given).find((name) => name !== mode && !MODES[mode].includes(name));
  if (other !== undefined) throw new Error(`--${mode} does not take --${other}.\n${USAGE}`);
  return { mode, quick: given.quick === true, against: given.against, requests: numberOf(given[mode]) };
}

/** A mode that is given a number is asked for in another size. */
function numberOf(value) {
  return typeof value === 'number' ? value : undefined;
}

/** A quick run of the usual subjects and work measures no more than its last lines say. */
function isAsItComes({ quick, only, work }) {
  return quick === true && only === undefined && work === undefined;
}

function parse(arg) {
  const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/.exec(arg) ?? [];
  if (name in LARGEST_OF_MODES && value !== undefined) return [name, wholeNumber(name, value, LARGEST_OF_MODES[name])];
  if ([...FLAGS, ...Object.keys(MODES)].includes(name)) {
    if (value !== undefined) throw new Error(`--${name} takes no value, so not ${value}.`);
    return [name, true];
  }
  if (TEXTS.includes(name)) {
    if (!value) throw new Error(`--${name} needs a value: --${name}=…\n${USAGE}`);
    return [name, value];
  }
  if (NUMBERS.includes(name)) return [name, wholeNumber(name, value)];
  throw new Error(`There is no option ${arg}.\n${USAGE}`);
}

function wholeNumber(name, value = '', largest = LARGEST) {
  const number = Number(value);
  if (/^[1-9]\d*$/.test(value) && number <= largest) return number;
  throw new Error(`--${name} needs a whole number from 1 to ${largest}: --${name}=${value} is none.`);
}

function choose(option, all, given, usual) {
  const names = given?.split(',') ?? (usual || all.map(({ name }) => name));
  return names.map((name) => {
    const found = all.find((candidate) => candidate.name === name);
    if (found !== undefined) return found;
    throw new Error(`--${option} has ${name}, but knows ${all.map((one) => one.name).join(', ')} alone.`);
  });
}
