import { median, ratioOf } from './statistics.mjs';

/** What the gateway must reach: its figure by another's, in the same round. */
const RATIOS = [
  { title: 'CPU, gateway / @fastify/http-proxy, GET 20 KB', bar: 0.7, of: ['gateway get-20kb', 'fastify get-20kb'] },
  {
    title: 'CPU, gateway / express-session, GET 20 KB',
    bar: 0.35,
    of: ['gateway get-20kb', 'express-session get-20kb'],
  },
  { title: 'CPU, gateway / raw, GET 1 KB', bar: 1.35, of: ['gateway get-1kb', 'raw get-1kb'] },
  { title: 'CPU, gateway / raw, GET 20 KB', bar: 1.35, of: ['gateway get-20kb', 'raw get-20kb'] },
  { title: 'CPU, POST / GET of the gateway, 1 KB', bar: 1.3, of: ['gateway post-1kb', 'gateway get-1kb'] },
  {
    title: 'p99, gateway / @fastify/http-proxy, GET 20 KB',
    bar: 1,
    of: ['gateway get-20kb', 'fastify get-20kb'],
    figure: 'p99Us',
  },
  { title: 'CPU, gateway / @fastify/http-proxy, 404', bar: 1.2, of: ['gateway 404', 'fastify 404'] },
  {
    title: 'CPU, gateway / @fastify/http-proxy, POST 1 KB',
    bar: 0.85,
    of: ['gateway post-1kb', 'fastify post-1kb'],
  },
  { title: 'CPU, the other build / gateway, GET 1 KB', of: ['other get-1kb', 'gateway get-1kb'] },
  { title: 'CPU, the other build / gateway, GET 20 KB', of: ['other get-20kb', 'gateway get-20kb'] },
  { title: 'CPU, the other build / gateway, GET 200 KB', of: ['other get-200kb', 'gateway get-200kb'] },
  { title: 'CPU, the other build / gateway, POST 1 KB', of: ['other post-1kb', 'gateway post-1kb'] },
];
/** The cells that the ratios with a bar are made of. */
export const CELLS_WITH_BARS = new Set(RATIOS.filter(({ bar }) => bar !== undefined).flatMap(({ of }) => of));
/** A subject that waits longer than this for its core answers late because of others: its p99 is theirs. */
const WAITED_BAR = 0.05;
/** Memory of the gateway at rest. */
export const IDLE_MB_BAR = 100;
const READY_MS_BAR = 1_500;

/** The last lines of a report: each ratio with its bar, where it could be measured. */
export function linesOfRatios(samples, gatewayStart) {
  const lines = RATIOS.flatMap(({ title, bar, of: [ours, theirs], figure = 'cpuUs' }) => {
    const ratio = ratioOf(samples.get(ours), samples.get(theirs), figure);
    if (ratio === undefined) return [];
    const spread = `(${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})`;
    return [line(title, `${ratio.median.toFixed(2)} ${spread}`, bar?.toFixed(2), ratio.median <= bar)];
  });
  lines.push(lineOfWaiting(samples));
  if (gatewayStart === undefined) return lines;
  const idleMb = median(gatewayStart.idleMb);
  const readyMs = median(gatewayStart.readyMs);
  return [
    ...lines,
    line('memory of the gateway at rest', `${idleMb.toFixed(0)} MB`, `${IDLE_MB_BAR} MB`, idleMb <= IDLE_MB_BAR),
    line('start of the gateway until ready', seconds(readyMs), seconds(READY_MS_BAR), readyMs <= READY_MS_BAR),
  ];
}

/** Whether the machine was quiet enough for what is said of latency. */
function lineOfWaiting(samples) {
  const shares = [...samples.values()].flat().map(({ waitedShare }) => waitedShare);
  const [middle, most] = [median(shares), Math.max(...shares)].map((share) => `${(share * 100).toFixed(0)} %`);
  const isQuiet = median(shares) <= WAITED_BAR;
  return (
    line('subjects waited for their core', `${middle} (most ${most})`, '5 %', isQuiet) +
    (isQuiet ? '' : ': no p99 holds')
  );
}

function line(title, value, bar, isMet) {
  const verdict = bar === undefined ? '' : `bar ${bar.padEnd(7)} ${isMet ? 'met' : 'MISSED'}`;
  return `${title.padEnd(52)} ${value.padEnd(18)} ${verdict}`.trimEnd();
}

function seconds(ms) {
  return `${(ms / 1_000).toFixed(2)} s`;
}
