// What TLS towards the platform costs, and whether requests are lost when the platform closes idle connections:
// `npm run bench -- --tls`.
import { once } from 'node:events';
import { createCertificate } from './certificate.mjs';
import { signInAtGateway, startGateway } from './gateway.mjs';
import { tableOf, tableOfWork, verdictOf } from './report.mjs';
import { measure, runRounds } from './rounds.mjs';
import { ratioOf } from './statistics.mjs';
import { buildsOf } from './subjects.mjs';
import { trickle } from './trickle.mjs';
import { WORK } from './work.mjs';
import { startWorld } from './world.mjs';

const FULL = { works: ['get-1kb', 'get-20kb', 'get-200kb', 'post-1kb'], rounds: 5, seconds: 2, bursts: 20 };
const QUICK = { works: ['get-1kb', 'get-20kb'], rounds: 3, seconds: 1, bursts: 6 };
const LOAD = { connections: 32, warmUpSeconds: 5, isWanted: () => true };
const KEPT = { connections: 32, seconds: 5 };
const CPU_BAR = 1.7;
const IDLE_SECONDS = 2;
const CLOSING = [
  ['closes', { IDLE_SECONDS }],
  ['announces and closes', { IDLE_SECONDS, ANNOUNCED: 'yes' }],
];

/** The lines of the report. */
export async function measureTls({ quick, against }) {
  const scale = quick ? QUICK : FULL;
  const certificate = createCertificate();
  const lines = [];
  for (const { title, project } of buildsOf(against)) {
    const start = starterOf(certificate, project);
    const parts = [await measureCost(start, scale), await measureClosing(start, scale)];
    lines.push(`## ${title}`, '', ...parts.flatMap((part) => [...part, '']));
  }
  return lines.slice(0, -1);
}

/** Starts a gateway in front of a platform with these settings, by http or https. */
function starterOf({ key, certificate }, project) {
  return async (scheme, settings = {}) => {
    const tls = scheme === 'https' ? { TLS_KEY: key, TLS_CERTIFICATE: certificate } : {};
    const world = await startWorld('upstream.mjs', { ...settings, ...tls });
    const upstreamUrl = world.upstreamUrl.replace('http:', `${scheme}:`);
    const gateway = await startGateway({ ...world, upstreamUrl }, { NODE_EXTRA_CA_CERTS: certificate }, project);
    const title = `platform by ${scheme}`;
    return { name: scheme, title, ...gateway, headers: await signInAtGateway(gateway), upstream: world.upstream };
  };
}

async function measureCost(start, { works: names, rounds, seconds }) {
  const works = WORK.filter(({ name }) => names.includes(name));
  const subjects = [await start('http'), await start('https')];
  const { samples, failures } = await runRounds(subjects, works, { ...LOAD, rounds, seconds });
  if (failures.length > 0) throw new Error(failures.map(({ key, message }) => `${key}: ${message}`).join('; '));
  const opened = [];
  for (const subject of subjects) opened.push(await openedDuring(subject, works[0]));
  return [
    ...works.flatMap((work) => [tableOfWork(subjects, work, samples), '']),
    `### Connections that the platform accepts during ${KEPT.seconds} s of load on ${KEPT.connections}`,
    tableOf(
      ['', 'accepted'],
      subjects.map(({ title }, i) => [title, String(opened[i])]),
    ),
    '',
    ...subjects.map(({ title }, i) => verdictOf(`connections, ${title}`, opened[i], KEPT.connections, '', 0)),
    ...works.map(({ name, title }) => {
      const { median } = ratioOf(samples.get(`https ${name}`), samples.get(`http ${name}`), 'cpuUs');
      return verdictOf(`CPU, https / http, ${title}`, median, CPU_BAR);
    }),
  ];
}

/** Those of before may have been idle for too long; these must be used for all of it. */
async function openedDuring(subject, work) {
  const before = await connectionsOf(subject.upstream);
  await measure(subject, work, KEPT);
  return (await connectionsOf(subject.upstream)) - before;
}

/** Requests that come just before and just after the platform closes the connections that they would be sent on. */
async function measureClosing(start, { bursts }) {
  const cases = [];
  for (const scheme of ['http', 'https'])
    for (const [title, settings] of CLOSING) {
      const subject = await start(scheme, settings);
      cases.push({ ...subject, title: `${subject.title}, which ${title}` });
    }
  const results = await Promise.all(cases.map((one) => trickle(one, { pauseMs: IDLE_SECONDS * 1_000, bursts })));
  const rows = [];
  for (const [i, { title, upstream }] of cases.entries()) {
    const { requests, wrong } = results[i];
    const words = [...wrong].map(([what, count]) => `${count} × ${what}`).join(', ');
    rows.push([title, String(requests), String(await connectionsOf(upstream)), words || 'none']);
  }
  return [
    `### Bursts of requests about ${IDLE_SECONDS} s apart, and a platform that closes connections after ${IDLE_SECONDS} s`,
    tableOf(['', 'requests', 'connections', 'wrong answers'], rows),
    '',
    ...cases.map(({ title }, i) => verdictOf(`wrong answers, ${title}`, results[i].lost, 0, '', 0)),
  ];
}

async function connectionsOf({ child }) {
  child.send('connections');
  const [{ connections }] = await once(child, 'message');
  return connections;
}
