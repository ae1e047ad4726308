// What imports of large documents cost, and what they cost those who wait meanwhile: `npm run bench -- --imports`.
import { dump } from 'js-yaml';
import { once } from 'node:events';
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startGateway, signInAtGateway } from './gateway.mjs';
import { LOAD_CORE, residentMb } from './machine.mjs';
import { startServer } from './processes.mjs';
import { tableOf } from './report.mjs';
import { scratchDirectory } from './scratch.mjs';
import { median } from './statistics.mjs';

const GITHUB = join(
  dirname(dirname(fileURLToPath(import.meta.url))),
  'node_modules/@octokit/openapi/generated/api.github.com.json',
);
const BOUNDARY = 'b5f0c1d2e3';
const TIMES = 5;
const IMPORTS_FOR_MEMORY = 20;
const PROBE_MS = 2;
const IDLE_MS = 3_000;
const SETTLE_MS = 15_000;

/** The lines of the report. */
export async function measureImports() {
  if (!existsSync(GITHUB)) throw new Error('The documents are development dependencies: run npm ci first.');
  const upstream = await startServer('importer.mjs', { core: LOAD_CORE });
  const identity = await startServer('identity.mjs', { core: LOAD_CORE });
  const world = { upstreamUrl: upstream.url, issuer: identity.url };
  // On both cores: a document is checked by a thread of its own, which a single core could not show.
  const gateway = await startGateway(world, {}, undefined, false);
  const caller = { url: gateway.url, headers: { ...(await signInAtGateway(gateway)), 'X-CSRF': '1' } };
  const json = readFileSync(GITHUB);
  const directory = scratchDirectory('imports');
  const forms = [formOf(directory, 'JSON', json), formOf(directory, 'YAML', Buffer.from(dump(JSON.parse(json))))];
  await probe(caller, sleep(IDLE_MS));
  const before = residentMb(gateway.pid);
  const idle = await probe(caller, sleep(IDLE_MS));
  const rows = [['nothing', '', ...latencies(idle)]];
  const peak = { mb: before };
  for (const form of forms) {
    const seconds = [];
    const samples = [];
    for (let i = 0; i < TIMES; i++) samples.push(...(await probe(caller, timed(caller, form, seconds), gateway, peak)));
    rows.push([form.title, `${median(seconds).toFixed(2)} s`, ...latencies(samples)]);
  }
  for (let i = 0; i < IMPORTS_FOR_MEMORY; i++) await upload(caller, forms[i % 2]);
  await sleep(SETTLE_MS);
  return [
    '### Imports: what other requests wait meanwhile (GET, one every 2 ms)',
    tableOf(['import', 'seconds', 'p50 ms', 'p99 ms', 'worst ms'], rows),
    '',
    `Memory: ${before.toFixed(0)} MB before, ${peak.mb.toFixed(0)} MB at most during these, ` +
      `${residentMb(gateway.pid).toFixed(0)} MB ${SETTLE_MS / 1_000} s after ${IMPORTS_FOR_MEMORY} more.`,
  ];
}

/** How long requests took, one after the other, until something else was over; in ms. */
async function probe({ url, headers }, until, gateway, peak) {
  const times = [];
  const progress = { over: false };
  until.finally(() => (progress.over = true)).catch(() => undefined);
  while (!progress.over) {
    const startedAt = performance.now();
    const answer = await fetch(`${url}/api/connect/v1/categories`, { headers });
    await answer.arrayBuffer();
    times.push(performance.now() - startedAt);
    if (peak !== undefined) peak.mb = Math.max(peak.mb, residentMb(gateway.pid));
    await sleep(PROBE_MS);
  }
  await until;
  return times;
}

async function timed(caller, form, seconds) {
  const startedAt = performance.now();
  await upload(caller, form);
  seconds.push((performance.now() - startedAt) / 1_000);
}

/** Streams a form from the disk: making one in memory would stop the loop that the probes run on. */
async function upload({ url, headers }, form) {
  const req = request(`${url}/api/connect/v1/o/acme/protocols/http/import`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`, 'Content-Length': form.size },
  });
  createReadStream(form.path).pipe(req);
  const [answer] = await once(req, 'response');
  const text = Buffer.concat(await answer.toArray()).toString();
  if (answer.statusCode !== 201) throw new Error(`The import got ${answer.statusCode}: ${text}`);
}

function formOf(directory, title, document) {
  const path = join(directory, title);
  const parts = [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"format":"openapi"}\r\n`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="document"\r\n\r\n`,
    document,
    `\r\n--${BOUNDARY}--\r\n`,
  ];
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part))));
  return { title: `${title}, ${(document.length / 1e6).toFixed(1)} MB`, path, size: statSync(path).size };
}

function latencies(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return [0.5, 0.99, 1].map((share) => sorted[Math.ceil(share * sorted.length) - 1].toFixed(1));
}
