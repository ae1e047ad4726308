import { residentMb } from './machine.mjs';

/**
 * Does something and looks at the memory of a process meanwhile.
 * @returns {Promise<{ result: unknown, mbs: number[] }>} what came of it, and the memory in RAM, in MB
 */
export async function memoryDuring(pid, everyMs, something) {
  const mbs = [residentMb(pid)];
  const timer = setInterval(() => mbs.push(residentMb(pid)), everyMs);
  try {
    return { result: await something(), mbs };
  } finally {
    clearInterval(timer);
  }
}
