// What imports of large documents cost, and what they cost those who wait meanwhile: `npm run bench -- --imports`.
import { setTimeout as sleep } from 'node:timers/promises';
import { largeForms, upload } from './documents.mjs';
import { startGateway, signInAtGateway } from './gateway.mjs';
import { startGenerator } from './generator.mjs';
import { residentMb } from './machine.mjs';
import { memoryDuring } from './memory.mjs';
import { kill } from './processes.mjs';
import { fixed, tableOf, verdictOf } from './report.mjs';
import { isQuiet, runSlot } from './slots.mjs';
import { distributionOf, median } from './statistics.mjs';
import { buildsOf } from './subjects.mjs';
import { startWorld } from './world.mjs';

const FULL = { wanted: 5, rounds: 9, seconds: 4, importsForMemory: 20, settleMs: 15_000 };
const QUICK = { wanted: 2, rounds: 3, seconds: 3, importsForMemory: 4, settleMs: 5_000 };
const RATE = 500;
const MEMORY_EVERY_MS = 20;
/** p99 of other requests during imports, by p99 without. */
const P99_BAR = 2;
const work = { path: '/api/connect/v1/categories', status: 200 };

/** The lines of the report. */
export async function measureImports({ quick, against }) {
  const scale = quick ? QUICK : FULL;
  const forms = largeForms();
  const world = await startWorld('importer.mjs');
  const generator = startGenerator();
  const lines = [];
  for (const { title, project } of buildsOf(against)) {
    // On both cores: a document is checked by a thread of its own, which a single core could not show.
    const gateway = await startGateway(world, {}, project, false);
    const caller = { title, ...gateway, headers: await signInAtGateway(gateway) };
    const slot = () => runSlot({ generator, upstream: world.upstream }, [caller], work, { perSecond: RATE, ...scale });
    lines.push(...(await measureBuild(caller, forms, slot, scale)), '');
    await kill(gateway.child);
  }
  return lines.slice(0, -1);
}

async function measureBuild(caller, forms, slot, { rounds: most, wanted, importsForMemory, settleMs }) {
  const kinds = [undefined, ...forms];
  await during(caller, undefined, slot);
  const beforeMb = residentMb(caller.pid);
  for (const form of forms) await during(caller, form, slot);
  const rounds = [];
  // A round counts if the machine was quiet without imports: with them, the gateway takes both cores itself.
  const kept = () => rounds.filter(([idle]) => isQuiet(idle));
  while (rounds.length < most && kept().length < wanted) {
    const round = [];
    for (const form of kinds) round.push(await during(caller, form, slot));
    rounds.push(round);
    console.log(`Round ${rounds.length} of at most ${most}.`);
  }
  for (let i = 0; i < importsForMemory; i++) await upload(caller, forms[i % forms.length]);
  await sleep(settleMs);
  const peakMb = Math.max(...rounds.flat().map((one) => one.peakMb));
  return [
    `### ${caller.title}: ${RATE} other requests a second during imports, one import after the other`,
    tableOf(
      ['import', 'seconds', 'p50 ms', 'p99 ms', 'p99.9 ms', 'max ms', 'gateway waited %', 'generator waited %'],
      kinds.map((form, i) =>
        rowOf(
          form?.title ?? 'none',
          kept().map((round) => round[i]),
        ),
      ),
    ),
    '',
    `${kept().length} of ${rounds.length} rounds count.`,
    `Memory: ${beforeMb.toFixed(0)} MB before, ${peakMb.toFixed(0)} MB at most during these, ` +
      `${residentMb(caller.pid).toFixed(0)} MB ${settleMs / 1_000} s after ${importsForMemory} more.`,
    '',
    ...forms.map(({ title }, i) =>
      verdictOf(`p99 during imports of ${title} / without`, ratioOf(kept(), i + 1), P99_BAR),
    ),
  ];
}

/** A slot while a form is imported again and again, if one is given. */
async function during(caller, form, slot) {
  const progress = { isOver: false };
  const seconds = [];
  const importing = async () => {
    while (!progress.isOver) {
      const startedAt = performance.now();
      await upload(caller, form);
      seconds.push((performance.now() - startedAt) / 1_000);
    }
  };
  const measuring = () => slot().finally(() => (progress.isOver = true));
  const both = () => Promise.all([measuring(), form === undefined ? undefined : importing()]);
  const { result, mbs } = await memoryDuring(caller.pid, MEMORY_EVERY_MS, both);
  const [{ waited, latencyMs }] = result;
  return { waited, ...distributionOf(latencyMs), seconds, peakMb: Math.max(...mbs) };
}

function rowOf(title, samples) {
  const seconds = median(samples.flatMap((sample) => sample.seconds));
  const latencies = ['p50', 'p99', 'p999', 'max'].map((name) => median(samples.map((sample) => sample[name])));
  const waited = ['subject', 'generator'].map((who) => median(samples.map((sample) => sample.waited[who] * 100)));
  return [title, fixed(seconds, 2), ...latencies.map((ms) => fixed(ms, 1)), ...waited.map((share) => fixed(share, 1))];
}

/** The median over the rounds of what p99 was by p99 without imports. */
function ratioOf(rounds, kind) {
  return median(rounds.map((round) => round[kind].p99 / round[0].p99));
}
