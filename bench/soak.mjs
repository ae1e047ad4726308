// Millions of requests while people sign in and out: `npm run bench -- --soak`.
import { setTimeout as sleep } from 'node:timers/promises';
import { signInAtGateway, startGateway } from './gateway.mjs';
import { load } from './load.mjs';
import { residentMb } from './machine.mjs';
import { metricOf } from './metrics.mjs';
import { fixed, tableOf, verdictOf } from './report.mjs';
import { median } from './statistics.mjs';
import { signOut, Visitors } from './visitors.mjs';
import { requestOf, WORK } from './work.mjs';
import { startWorld } from './world.mjs';

const REQUESTS = 5_000_000;
/** Of a line of the report; fewer in a shorter run. */
const PART = 250_000;
const PARTS_LEAST = 10;
/** Requests during which memory may grow. */
const WARM_UP = 1_000_000;
const LOAD = { connections: 32, seconds: 2 };
const MEMORY_EVERY_MS = 500;
/** In %, from the first fourth of what follows to the last one. */
const GROWTH_BAR = 5;
const COLUMNS = ['requests', 'RSS MB', 'heap MB, least', 'sessions', 'visitors', 'wrong answers'];

/** The lines of the report; each part is printed as it ends. */
export async function measureSoak({ requests = REQUESTS }) {
  const gateway = await startGateway(await startWorld());
  const visitors = new Visitors(gateway);
  const total = { requests: 0, wrong: 0, slots: 0 };
  const parts = [];
  const part = Math.min(PART, Math.ceil(requests / PARTS_LEAST));
  console.log(`| ${COLUMNS.join(' | ')} |`);
  while (total.requests < requests) {
    const memory = await watchMemory(gateway, () => runPart(gateway, total, total.requests + part));
    const sessions = await metricOf(gateway, 'gateway_sessions_alive');
    const { requests: answered, wrong } = total;
    parts.push({ ...memory, sessions, requests: answered, visitors: visitors.count, wrong: wrong + visitors.wrong });
    console.log(`| ${rowOf(parts.at(-1)).join(' | ')} |`);
  }
  await visitors.end();
  return [
    `### ${requests} requests while people sign in and out`,
    tableOf(COLUMNS, parts.map(rowOf)),
    '',
    verdictOf('growth of RSS after the first million', growthOf(parts, 'rssMb'), GROWTH_BAR, '%', 1),
    verdictOf('growth of the heap after the first million', growthOf(parts, 'heapMb'), GROWTH_BAR, '%', 1),
    verdictOf('wrong answers', parts.at(-1).wrong, 0, '', 0),
  ];
}

/** Load until so many requests have been answered in all: each slot is other work of another person. */
async function runPart(gateway, total, until) {
  for (; total.requests < until; total.slots++) {
    const work = WORK[total.slots % WORK.length];
    const caller = { ...gateway, headers: await signInAtGateway(gateway) };
    const { requests, bytes, refused, broken } = await load(requestOf(work, caller), LOAD);
    await signOut(caller);
    const isTooShort = bytes < requests * work.bytes;
    total.requests += requests;
    total.wrong += isTooShort ? requests : broken + (work.status > 399 ? requests - refused : refused);
  }
}

/** The median of the memory in RAM during something, and the least heap, which has the least garbage; in MB. */
async function watchMemory(gateway, something) {
  const progress = { isOver: false };
  const rss = [];
  const heap = [];
  const watching = async () => {
    for (; !progress.isOver; await sleep(MEMORY_EVERY_MS)) {
      rss.push(residentMb(gateway.pid));
      heap.push((await metricOf(gateway, 'nodejs_heap_size_used_bytes')) / 2 ** 20);
    }
  };
  await Promise.all([something().finally(() => (progress.isOver = true)), watching()]);
  return { rssMb: median(rss), heapMb: Math.min(...heap) };
}

function rowOf({ requests, rssMb, heapMb, sessions, visitors, wrong }) {
  return [String(requests), fixed(rssMb, 0), fixed(heapMb, 1), ...[sessions, visitors, wrong].map(String)];
}

/** In %; NaN where there are too few parts after the warm-up. */
function growthOf(parts, figure) {
  const warm = parts.filter(({ requests }) => requests > WARM_UP);
  const fourth = Math.floor(warm.length / 4);
  if (fourth === 0) return Number.NaN;
  const of = (some) => median(some.map((part) => part[figure]));
  return (of(warm.slice(-fourth)) / of(warm.slice(0, fourth)) - 1) * 100;
}
