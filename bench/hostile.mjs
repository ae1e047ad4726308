// What requests of a signed-in person who means harm cost everyone else: `npm run bench -- --hostile`. All of them are
// allowed: they stay within the documented limits of size.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGateway, signInAtGateway } from './gateway.mjs';
import { own, stop } from './processes.mjs';
import { tableOf } from './report.mjs';
import { startWorld } from './world.mjs';

const MIB = 1_048_576;
const ORGANISATION = '/api/connect/v1/o/acme';
const VERSIONS = `${ORGANISATION}/connectors/01HZ/versions`;
const CONNECTORS = `${ORGANISATION}/protocols/http/connectors`;
const TAGS = `${ORGANISATION}/connectors/01HZ/tags`;
const PREVIEW = `${ORGANISATION}/protocols/http/import/preview`;
const IMPORT = `${ORGANISATION}/protocols/http/import`;
const BOUNDARY = 'b5f0c1d2e3';
const PROBE_MS = 2;
const SETTLE_MS = 300;
/** Longer than anybody should wait; what takes longer is cut off, and its gateway killed. */
const PATIENCE_MS = 20_000;
const UNFINISHED_MS = 3_000;

const filled = (bytes, entry, head, tail) =>
  Buffer.from(
    head +
      Array(Math.floor((bytes - head.length - tail.length) / (entry.length + 1)))
        .fill(entry)
        .join(',') +
      tail,
  );
const schemes = (bytes, entry, last = '') =>
  filled(bytes, entry, '{"name":"n","baseUrl":"b","authSchemeConfigs":[', `${last}]}`);
const unknown = (count) => Buffer.from(`{${Array.from({ length: count }, (_, i) => `"u${i}":0`).join(',')}}`);
const nested = (bytes) => Buffer.from(`{"name":"%${'25'.repeat(bytes / 2)}"}`);
const NONE = '{"id":"c","description":"d","schemeType":"none"}';

const post = (path, body) => (caller) => send(caller, 'POST', path, body, { 'Content-Type': 'application/json' });
const preview =
  (document, name = 'a.json') =>
  (caller) =>
    send(caller, 'POST', PREVIEW, formOf(document, name), {
      'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
    });

/** Each: what it is called, and what sends it and says what came of it. */
const ATTACKS = [
  ['a name of 64 KB of nested escapes', post(VERSIONS, nested(65_536))],
  ['the same of 4 MB', post(VERSIONS, nested(4 * MIB - 20))],
  ['1.2 MB of {} where objects are expected', post(CONNECTORS, schemes(1_200_000, '{}'))],
  ['1.2 MB of numbers there', post(CONNECTORS, schemes(1_200_000, '1'))],
  ['4 MB of {}', post(CONNECTORS, schemes(4 * MIB, '{}'))],
  ['50,000 unknown members', post(CONNECTORS, unknown(50_000))],
  ['300,000 unknown members', post(CONNECTORS, unknown(300_000))],
  ['16,000 valid objects and one that is not', post(CONNECTORS, schemes(16_000 * (NONE.length + 1), NONE, ',7'))],
  ['4 MB of [[[[…]]]]', post(CONNECTORS, schemes(4 * MIB, '['.repeat(60) + ']'.repeat(60)))],
  ['64 KB with a member given twice', post(CONNECTORS, Buffer.from(`{${'"a":[{"b":1}],'.repeat(4_000)}"z":1}`))],
  ['a preview: 20,000 holes for a long default', preview(holes(20_000, 60_000))],
  [
    'a preview: 400 KB of slashes in a server URL',
    preview(openapi({ servers: [{ url: `https://a.example${'/'.repeat(400_000)}` }] })),
  ],
  ['a preview: a chain of 20,000 $ref', preview(chain(20_000))],
  ['a preview: 1.1 MB of YAML aliases of one text', preview(aliases(), 'a.yaml')],
  ['150 unfinished bodies of 2 MB', (caller) => unfinished(caller, 150, jsonHead(4 * MIB), Buffer.alloc(2 * MIB, ' '))],
  ['40 unfinished uploads of 4 MB', (caller) => unfinished(caller, 40, formHead(8 * MIB), formPart(4 * MIB))],
  [
    '200 KB of body in pieces of one byte',
    (caller) => unfinished(caller, 1, chunkedHead(), Buffer.from('1\r\n \r\n'.repeat(200_000))),
  ],
];

/** The lines of the report, for this build and perhaps another one. */
export async function measureHostile({ against }) {
  const world = await startWorld();
  const columns = ['longest turn, CPU ms', 'worst wait of others, ms', 'answer', 'bytes', 'peak, MB'];
  const builds = [...(against === undefined ? [] : [['other: ', against]]), ['', undefined]];
  const rows = [];
  for (const [title, attack] of ATTACKS) {
    const row = [title];
    for (const [, project] of builds) row.push(...(await measure(world, project, attack)));
    rows.push(row);
    console.log(row.join(' | '));
  }
  const head = ['request', ...builds.flatMap(([name]) => columns.map((column) => name + column))];
  return ['### Hostile requests of one signed-in person', tableOf(head, rows)];
}

async function measure(world, project, attack) {
  const gateway = await startGateway(world, {}, project, false, [`--import=${own('servers/turns.mjs')}`]);
  try {
    const caller = { url: new URL(gateway.url), headers: { ...(await signInAtGateway(gateway)), 'X-CSRF': '1' } };
    await probe(gateway, sleep(SETTLE_MS));
    gateway.child.send('turns: begin');
    const late = new AbortController();
    const timeout = sleep(PATIENCE_MS, 'none in time', { signal: late.signal }).catch(() => undefined);
    const outcome = Promise.race([attack(caller), timeout]);
    const worst = await probe(
      gateway,
      outcome.then(() => sleep(SETTLE_MS)),
    );
    late.abort();
    const { answer, bytes } =
      typeof (await outcome) === 'string' ? { answer: await outcome, bytes: '' } : await outcome;
    return [await longestTurn(gateway.child), worst.toFixed(0), answer, bytes, peakMb(gateway.pid).toFixed(0)];
  } finally {
    gateway.child.kill('SIGKILL');
    await stop(gateway.child);
  }
}

/** The longest that a request of another person waited, in ms: a health question, which nothing but the loop answers. */
async function probe({ url }, until) {
  const progress = { over: false };
  let worst = 0;
  const over = until.then(() => (progress.over = true));
  while (!progress.over) {
    const startedAt = performance.now();
    const asked = fetch(`${url}/health/live`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await Promise.race([asked.then((answer) => answer.arrayBuffer()).catch(() => undefined), over]);
    worst = Math.max(worst, performance.now() - startedAt);
    await sleep(PROBE_MS);
  }
  return worst;
}

/** The longest that the event loop was held up, in ms of processor time; a loop that does not turn does not say. */
async function longestTurn(child) {
  child.send('turns: end');
  const answer = once(child, 'message').then(([{ longestUs }]) => (longestUs / 1_000).toFixed(0));
  return Promise.race([answer, sleep(SETTLE_MS, 'over all', { ref: false })]);
}

/** The most memory that the process has had in RAM. */
function peakMb(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

function send({ url, headers }, method, path, body, more) {
  return new Promise((resolve) => {
    const req = request(new URL(path, url), {
      method,
      agent: false,
      headers: { ...headers, ...more, 'Content-Length': body.length },
    });
    req.on('error', (error) => resolve({ answer: error.code ?? error.message, bytes: '' }));
    req.on('response', (res) => {
      let bytes = 0;
      res.on('data', (chunk) => (bytes += chunk.length));
      res.on('end', () => resolve({ answer: String(res.statusCode), bytes: String(bytes) }));
      res.on('error', (error) => resolve({ answer: error.message, bytes: String(bytes) }));
    });
    req.end(body);
  });
}

/** Sends so many requests that never end, and holds them for a while; what they were answered with meanwhile. */
async function unfinished({ url, headers }, count, [target, ...head], part) {
  const answers = [];
  const lines = [
    target,
    `Host: ${url.host}`,
    ...Object.entries({ ...headers }).map((field) => field.join(': ')),
    ...head,
  ];
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(url.port), url.hostname);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => answers.push(/^HTTP\/1\.1 (\d+)/.exec(String(chunk))?.[1] ?? ''));
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    socket.write(part);
    return socket;
  });
  await sleep(UNFINISHED_MS);
  for (const socket of sockets) socket.destroy();
  const counts = Map.groupBy(
    answers.filter((answer) => answer !== ''),
    (answer) => answer,
  );
  const answer = [...counts].map(([status, { length }]) => `${length} × ${status}`).join(', ') || 'held';
  return { answer, bytes: '' };
}

function jsonHead(length) {
  return [`PUT ${TAGS} HTTP/1.1`, 'Content-Type: application/json', `Content-Length: ${length}`];
}

function chunkedHead() {
  return [`PUT ${TAGS} HTTP/1.1`, 'Content-Type: application/json', 'Transfer-Encoding: chunked'];
}

function formHead(length) {
  return [
    `POST ${IMPORT} HTTP/1.1`,
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
    `Content-Length: ${length}`,
  ];
}

function formPart(bytes) {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, ' ')]);
}

function formOf(document, name) {
  const parts = [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"format":"openapi"}\r\n`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`,
    document,
    `\r\n--${BOUNDARY}--\r\n`,
  ];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function openapi(members) {
  const paths = { '/a': { get: { operationId: 'a', responses: { 200: { description: 'd' } } } } };
  return JSON.stringify({ openapi: '3.0.3', info: { title: 't', version: '1' }, paths, ...members });
}

function holes(count, defaultLength) {
  const servers = [
    { url: `https://a.example/${'{b}'.repeat(count)}`, variables: { b: { default: 'x'.repeat(defaultLength / 3) } } },
  ];
  return openapi({ servers });
}

function chain(count) {
  const schemas = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`S${i}`, { $ref: `#/components/schemas/S${i + 1}` }]),
  );
  return openapi({ components: { schemas: { ...schemas, [`S${count}`]: { type: 'string' } } } });
}

function aliases() {
  const text = `x-text: &t "${'x'.repeat(1_000_000)}"\n`;
  const uses = Array.from({ length: 10_000 }, (_, i) => `  p${i}: *t`).join('\n');
  return `${text}openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\nx-uses:\n${uses}\n`;
}
