import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';

/** Linux gives processor times in hundredths of a second, whatever its own clock does. */
const TICKS_PER_SECOND = 100;

/** The path of a command; undefined where it is not installed. */
export function find(command) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((directory) => join(directory, command))
    .find(isExecutable);
}

const TASKSET = find('taskset');
const CORES = availableParallelism();

/** The load, the upstream and everything else share the first core; the subject has the last one to itself. */
export const LOAD_CORE = 0;
export const SUBJECT_CORE = CORES - 1;
export const ANY_CORE = undefined;

/** A command line that stays on one core, where that can be had and is asked for. */
export function pinned(core, command) {
  return TASKSET !== undefined && CORES > 1 && core !== ANY_CORE ? [TASKSET, '-c', String(core), ...command] : command;
}

/** Processor time that a process has used so far, in µs: user and system, all threads. */
export function processorTime(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may hold spaces; behind it come numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND;
}

/**
 * How long a process's event loop could have run and had to wait for its core, in µs, so far: what others on the machine
 * took from it. Undefined where the kernel does not count it.
 */
export function waitingTime(pid) {
  try {
    const [, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waitedNs) / 1e3;
  } catch {
    return undefined;
  }
}

/** The core that a process is kept on; undefined where it may use several. */
export function coreOf(pid) {
  const [, list] = /^Cpus_allowed_list:\s+(.*)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return /^\d+$/.test(list) ? Number(list) : undefined;
}

/** How long a core has been busy so far with processes or taken away by the host, in µs of any fixed moment. */
export function busyTime(core) {
  const [, line] = new RegExp(`^cpu${core} (.*)`, 'm').exec(readFileSync('/proc/stat', 'utf8')) ?? [];
  const [, , , idle, waitingForDisk, irq, softirq] = line.split(' ').map(Number);
  // Only the time without work is counted exactly; that of processes is counted in samples.
  return performance.now() * 1e3 - ((idle + waitingForDisk + irq + softirq) * 1e6) / TICKS_PER_SECOND;
}

/** Memory of a process that is in RAM, in MB. */
export function residentMb(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** How many files a process may have open at most; Node raises its own limit to this. */
export function openFilesMax() {
  const [, hard] = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return Number(hard ?? Number.POSITIVE_INFINITY);
}

/** How many processes wanted a core on average in the last minute, and what the machine is. */
export function describeMachine() {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const [load] = readFileSync('/proc/loadavg', 'utf8').split(' ');
  const pins = TASKSET === undefined || CORES === 1 ? 'not pinned' : 'pinned';
  return `${CORES} × ${model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${pins}, load average ${load}`;
}

/** False where the operating system does not tell processor times as Linux does. */
export function hasProcessorTimes() {
  try {
    return readdirSync('/proc/self/task').length > 0;
  } catch {
    return false;
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
