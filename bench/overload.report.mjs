import { fixed, tableOf, verdictOf } from './report.mjs';
import { statusesOf } from './slots.mjs';
import { distributionOf } from './statistics.mjs';
import { WAITED_MAX } from './waiting.mjs';

const BARS = { goodput: 90, refusedMs: 50, normalMs: 2_000 };

/** The lines of the report; each case is a subject and a kind of work. */
export function linesOfOverload(cases, factor) {
  const results = cases.map((one) => ({ ...one, ...figuresOf(one) }));
  return [
    `### ${factor} × saturation for ${cases[0].seconds} s; goodput: 2xx per second / saturation`,
    tableOf(
      [
        'case',
        'saturation/s',
        'sent ×',
        'goodput %',
        '2xx p50 ms',
        'p99 ms',
        'p99 before',
        'normal after ms',
        'waited %',
      ],
      results.map((one) => [
        nameOf(one),
        fixed(one.saturation, 0),
        fixed(one.sent, 2),
        fixed(one.goodput, 0),
        fixed(one.good.p50, 0),
        fixed(one.good.p99, 0),
        fixed(one.recovery.beforeMs, 1),
        fixed(one.recovery.afterMs, 0),
        fixed(one.waited.subject * 100, 1),
      ]),
    ),
    '',
    '### Refusals, in ms after they were sent',
    tableOf(
      ['case', 'p50', 'p99', 'max', 'p99 after planned', 'with Retry-After', 'answers'],
      results.map((one) => [
        nameOf(one),
        ...['p50', 'p99', 'max'].map((figure) => fixed(one.refused[figure], 1)),
        fixed(one.refusedPlanned.p99, 1),
        `${one.retryAfter} of ${one.refusals}`,
        statusesOf(one.answered),
      ]),
    ),
    '',
    '### What was not answered, and the load',
    tableOf(
      [
        'case',
        'never sent',
        'unanswered',
        'connection lost',
        'connections',
        'found none free %',
        'late p99 ms',
        'waited %',
      ],
      results.map((one) => [nameOf(one), ...loadOf(one)]),
    ),
    '',
    ...results.filter(({ subject }) => subject.name !== 'fastify').flatMap(verdictsOf),
  ];
}

function figuresOf({ statuses, latencyMs, delayMs, planned, perSecond, seconds, neverSent, saturation }) {
  const requests = [...statuses.keys()];
  const good = requests.filter((request) => statuses[request] >= 200 && statuses[request] < 300);
  const inTime = good.filter((request) => (request * 1_000) / perSecond + latencyMs[request] <= seconds * 1_000);
  const refused = requests.filter((request) => statuses[request] >= 400);
  return {
    sent: (planned - neverSent) / seconds / saturation,
    goodput: (inTime.length / seconds / saturation) * 100,
    good: distributionOf(good.map((request) => latencyMs[request])),
    refusals: refused.length,
    refused: distributionOf(refused.map((request) => latencyMs[request] - delayMs[request])),
    refusedPlanned: distributionOf(refused.map((request) => latencyMs[request])),
    answered: { statuses: statuses.filter((status) => status !== 0) },
  };
}

function loadOf({ neverSent, unanswered, lost, connections, waitedForConnection, planned, latenessMs, waited }) {
  return [
    ...[neverSent, unanswered, lost, connections].map(String),
    fixed((waitedForConnection / planned) * 100, 0),
    fixed(distributionOf(latenessMs).p99, 1),
    fixed(waited.generator * 100, 1),
  ];
}

function verdictsOf(one) {
  const name = nameOf(one);
  const lines = [
    verdictOf(`${name}: goodput short of saturation`, 100 - one.goodput, 100 - BARS.goodput, '%', 0),
    ...(one.refusals === 0 ? [`${name}: no refusals`] : verdictsOfRefusals(name, one)),
    verdictOf(`${name}: p99 normal after the end`, one.recovery.afterMs, BARS.normalMs, 'ms', 0),
    verdictOf(`${name}: unanswered or lost`, one.unanswered + one.lost, 0, '', 0),
  ];
  return one.waited.subject <= WAITED_MAX
    ? lines
    : lines.map((line) => `${line}: does not hold, it waited for its core`);
}

function verdictsOfRefusals(name, { refused, refusals, retryAfter }) {
  return [
    verdictOf(`${name}: refusals after they were sent, p99`, refused.p99, BARS.refusedMs, 'ms', 1),
    verdictOf(`${name}: refusals without Retry-After`, refusals - retryAfter, 0, '', 0),
  ];
}

function nameOf({ subject, work }) {
  return `${subject.title}, ${work.title}`;
}
