import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

function simulate(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/simulate.mjs', ...args], {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

it('S1–S9, S13, S16, I3, P14, P15 and Idempotency-Key hold in every state of 200 schedules', () => {
  const { status, output } = simulate('--runs=200', '--seed=20261128');
  expect(output).toMatch(/^200 schedules, \d+ states checked/);
  expect(status).toBe(0);
}, 240_000);

it('and do not hold for a gateway that forgets a logout at the provider', () => {
  const { status, output } = simulate('--mutant=10', '--runs=2000');
  expect(output).toContain('a provider’s logout is not remembered: found by schedule');
  expect(status).toBe(0);
}, 240_000);
