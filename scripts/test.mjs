import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { main, runAttached, runNpm } from './run.mjs';
import { provideTools } from './system-tools.mjs';

const REPORTERS = ['--reporter=default', '--reporter=./test/support/summary.reporter.ts'];

await main(async () => {
  const args = process.argv.slice(2);
  const node = await prepare();
  if (args.includes('--check')) await check();
  await provideTools();
  return runTests(
    node,
    args.filter((arg) => arg !== '--check'),
  );
});

/** Format, lint and types; what fails is shown in full and ends the run. */
async function check() {
  console.log('Checking format, lint and types…');
  for (const script of ['format:check', 'lint', 'typecheck']) await runNpm('run', script);
}

/** Runs the tests; the last line of the output is the count, whatever else was printed. */
async function runTests(node, args) {
  const directory = mkdtempSync(join(tmpdir(), 'connect-gateway-test-'));
  process.env.TEST_SUMMARY_FILE = join(directory, 'summary');
  const code = await runAttached(node, ['node_modules/vitest/vitest.mjs', 'run', ...REPORTERS, ...args]);
  const summary = readSummary();
  rmSync(directory, { recursive: true });
  process.stdout.write(`\n${summary ?? '0 passed, 1 failed'}\n`);
  return summary === undefined ? code || 1 : code;
}

/** The reporter's line; undefined where the run broke off before its end. */
function readSummary() {
  try {
    return String(readFileSync(process.env.TEST_SUMMARY_FILE, 'utf8'));
  } catch {
    return undefined;
  }
}
