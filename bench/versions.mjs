// What the messages of a version and the difference between two cost: `npm run bench -- --versions`.
import { setTimeout as sleep } from 'node:timers/promises';
import { signInAtGateway, startGateway } from './gateway.mjs';
import { processorTime, residentMb } from './machine.mjs';
import { metricOf } from './metrics.mjs';
import { tableOf } from './report.mjs';
import { distributionOf, median } from './statistics.mjs';
import { startWorld } from './world.mjs';

const SHOP = '/api/connect/v1/o/acme/connectors/shop/versions';
/** What a browser waits for each answer beside what the gateway takes. */
const ROUND_TRIP_MS = 40;
const CALLS = 'gateway_platform_calls_total{outcome="success"}';
const TIMES = 7;
const PROBE_MS = 2;
const IDLE_MS = 3_000;

/** The lines of the report. */
export async function measureVersions() {
  const gateway = await startGateway(await startWorld('versions.mjs'));
  const caller = { url: gateway.url, headers: { ...(await signInAtGateway(gateway)), 'X-CSRF': '1' } };
  const idle = await probe(caller, sleep(IDLE_MS));
  const rows = [];
  const held = [['nothing', ...latencies(idle)]];
  for (const [title, work] of WORK) {
    await work(caller);
    const runs = [];
    const waits = [];
    for (let i = 0; i < TIMES; i++) {
      const run = {
        cpu: processorTime(gateway.pid),
        calls: await metricOf(gateway, CALLS),
        startedAt: performance.now(),
      };
      const { bytes, trips } = await work(caller);
      runs.push({
        ms: performance.now() - run.startedAt,
        cpu: processorTime(gateway.pid) - run.cpu,
        calls: (await metricOf(gateway, CALLS)) - run.calls,
        bytes,
        trips,
      });
    }
    for (let i = 0; i < TIMES; i++) waits.push(...(await probe(caller, work(caller))));
    const of = (member) => median(runs.map((run) => run[member]));
    const row = [
      String(of('trips')),
      String(of('calls')),
      `${of('ms').toFixed(0)} ms`,
      `${(of('cpu') / 1e3).toFixed(0)} ms`,
    ];
    rows.push([title, ...row, `${(of('bytes') / 1e3).toFixed(1)} KB`]);
    held.push([title, ...latencies(waits)]);
  }
  return [
    `### Versions of 3,000 actions, 6 MB: a browser ${ROUND_TRIP_MS} ms away, a platform that takes 5 ms`,
    tableOf(['', 'round trips', 'calls to the platform', 'wall time', 'CPU of the gateway', 'to the browser'], rows),
    '',
    '### What other requests wait meanwhile (GET, one every 2 ms, 5 ms of it the platform)',
    tableOf(['work', 'p50 ms', 'p99 ms', 'worst ms'], held),
    '',
    `Memory of the gateway afterwards: ${residentMb(gateway.pid).toFixed(0)} MB.`,
  ];
}

const WORK = [
  ['31 calls one after the other', readAll],
  ['messages', (caller) => get(caller, `${SHOP}/2.0.0/messages`)],
  ['difference', (caller) => get(caller, `${SHOP}/2.0.0/difference?from=1.0.0`)],
];

/** As a page does it today: the version, and each page of its actions. */
async function readAll(caller) {
  let { bytes } = await get(caller, `${SHOP}/2.0.0`);
  let trips = 1;
  for (let after = ''; ; trips++) {
    const answer = await get(caller, `${SHOP}/2.0.0/actions?first=100${after === '' ? '' : `&after=${after}`}`);
    bytes += answer.bytes;
    after = /"next":"(\d+)"/.exec(answer.text)?.[1] ?? '';
    if (after === '') return { bytes, trips: trips + 1 };
  }
}

async function get({ url, headers }, path) {
  await sleep(ROUND_TRIP_MS);
  const answer = await fetch(url + path, { headers });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} got ${answer.status}: ${text.slice(0, 200)}`);
  return { text, bytes: Buffer.byteLength(text), trips: 1 };
}

/** How long requests took, one after the other, until something else was over; in ms. */
async function probe({ url, headers }, until) {
  const times = [];
  const progress = { over: false };
  until.finally(() => (progress.over = true)).catch(() => undefined);
  while (!progress.over) {
    const startedAt = performance.now();
    const answer = await fetch(`${url}${SHOP}/1.0.0`, { headers });
    await answer.arrayBuffer();
    times.push(performance.now() - startedAt);
    await sleep(PROBE_MS);
  }
  await until;
  return times;
}

function latencies(times) {
  const { p50, p99, max } = distributionOf(times);
  return [p50, p99, max].map((ms) => ms.toFixed(1));
}
