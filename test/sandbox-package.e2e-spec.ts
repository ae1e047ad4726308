import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SandboxProcess } from './support/sandbox-process.js';

let directory: string;
let installed: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-package-'));
  execFileSync(process.execPath, ['scripts/sandbox-package.mjs', join(directory, 'made')]);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', directory, join(directory, 'made')]);
  const tarball = readdirSync(directory).find((name) => name.endsWith('.tgz')) ?? '';
  execFileSync('tar', ['-xzf', join(directory, tarball), '-C', directory]);
  installed = join(directory, 'package');
  symlinkSync(resolve('node_modules'), join(installed, 'node_modules'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('the sandbox package starts by its command, with fault injection', async () => {
  const sandbox = await SandboxProcess.start({}, join(installed, 'bin.js'));
  try {
    expect((await fetch(`${sandbox.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${sandbox.url}/sandbox/faults?fault=503`, { method: 'POST' })).status).toBe(204);
    expect((await fetch(`${sandbox.url}/api/connect/v1/categories`)).status).toBe(503);
    expect((await fetch(`${sandbox.url}/api/connect/v1/categories`)).status).toBe(401);
  } finally {
    await sandbox.close();
  }
});

it('the sandbox package depends on everything that it imports, in one version each', () => {
  const { dependencies, bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    bin: object;
  };
  const files = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const imported = files.flatMap((file) => {
    const text = readFileSync(join(installed, 'dist', file), 'utf8');
    return [...text.matchAll(/(?:from|import\()\s*'([^'.][^']*)'/g)].map(([, name = '']) =>
      name.split('/', name.startsWith('@') ? 2 : 1).join('/'),
    );
  });
  const packages = new Set(imported.filter((name) => !name.startsWith('node:') && !builtinModules.includes(name)));
  expect([...packages].filter((name) => dependencies[name] === undefined)).toEqual([]);
  expect(Object.values(dependencies).filter((version) => !/^\d/.test(version))).toEqual([]);
  expect(bin).toEqual({ 'connect-gateway-sandbox': 'bin.js' });
});
