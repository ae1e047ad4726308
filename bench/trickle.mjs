import { setTimeout as sleep } from 'node:timers/promises';
import { requestOf, WORK } from './work.mjs';

/** How many requests of each kind come at once. */
const BURST = { 'get-1kb': 32, 'post-1kb': 8 };
/** How much longer each pause is than the one before. */
const STEP_MS = 1;

/**
 * Sends bursts of requests with pauses around a given one between them: some a little shorter, some a little longer.
 * @returns how many requests there were, how many were not answered well, and how often there was which wrong answer
 */
export async function trickle(subject, { pauseMs, bursts }) {
  const works = WORK.filter(({ name }) => name in BURST);
  const result = { requests: 0, lost: 0, wrong: new Map() };
  for (let i = 0; i < bursts; i++) {
    await Promise.all(
      works.flatMap((work) => Array.from({ length: BURST[work.name] }, () => ask(subject, work, result))),
    );
    await sleep(pauseMs + STEP_MS * (i - bursts / 2));
  }
  return result;
}

async function ask(subject, work, result) {
  const { url, ...init } = requestOf(work, subject);
  const outcome = await fetch(url, init).then(
    async (answer) => {
      await answer.arrayBuffer();
      return answer.status;
    },
    (error) => error.cause?.code ?? error.message,
  );
  result.requests += 1;
  if (outcome === work.status) return;
  result.lost += 1;
  const name = `${work.title}: ${outcome}`;
  result.wrong.set(name, (result.wrong.get(name) ?? 0) + 1);
}
