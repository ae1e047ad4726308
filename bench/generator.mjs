import { once } from 'node:events';
import { LOAD_CORE } from './machine.mjs';
import { own, start } from './processes.mjs';
import { requestHeadOf } from './work.mjs';

/** Connections that are open before the first request, and at most. */
const CONNECTIONS = { open: 32, limit: 512 };

/** A process that makes load at a fixed rate: it is kept for several jobs, so that its code is compiled. */
export function startGenerator() {
  return start([process.execPath, own('open-loop.mjs')], { core: LOAD_CORE });
}

/**
 * Sends work of one or more callers to their subject at a fixed rate.
 * @param {object[]} callers of one subject, whose requests take turns
 * @param {{ perSecond: number, seconds: number, open?: number, limit?: number, givesUp?: boolean }} how
 * @returns what was measured; `statuses` (0 is no answer), `latencyMs` and `delayMs` are by request, the latter two from
 *   its planned time
 * @throws Error when the generator ended
 */
export async function loadAtRate(generator, callers, work, how) {
  const job = {
    ...CONNECTIONS,
    ...how,
    port: Number(new URL(callers[0].url).port),
    heads: callers.map((caller) => requestHeadOf(work, caller)),
    body: work.body,
  };
  generator.send(job);
  const result = await answerOf(generator);
  return {
    ...result,
    statuses: new Uint16Array(bufferOf(result.statuses)),
    latencyMs: new Float32Array(bufferOf(result.latencyMs)),
    delayMs: new Float32Array(bufferOf(result.delayMs)),
    latenessMs: new Float32Array(bufferOf(result.latenessMs)),
  };
}

async function answerOf(generator) {
  const answered = new AbortController();
  const { signal } = answered;
  const ended = once(generator, 'exit', { signal }).then(() => {
    throw new Error(`The load generator ended. ${generator.complaints}`);
  });
  try {
    const [result] = await Promise.race([once(generator, 'message', { signal }), ended]);
    return result;
  } finally {
    ended.catch(() => undefined);
    answered.abort();
  }
}

function bufferOf(text) {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'base64');
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
