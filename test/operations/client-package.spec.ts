import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const GENERATED = 'client/src/generated';
const TSC = 'node_modules/@typescript/native/bin/tsc';

interface Manifest {
  readonly version: string;
  readonly dependencies?: object;
}

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'client-'));
  copyFileSync('client/package.json', join(directory, 'package.json'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function filesOf(root: string): Map<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return new Map(files.toSorted().map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

function manifestOf(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

describe('the client', () => {
  it('is what the API document makes of it (if not, run: npm run client)', () => {
    const fresh = join(directory, 'generated');
    execFileSync(process.execPath, ['scripts/client.mjs', fresh]);
    const [committed, expected] = [filesOf(GENERATED), filesOf(fresh)];
    expect([...committed.keys()]).toEqual([...expected.keys()]);
    expect([...expected].filter(([file, text]) => committed.get(file) !== text).map(([file]) => file)).toEqual([]);
  });

  it('compiles for browsers, and is a module that needs no other', async () => {
    const output = join(directory, 'dist');
    execFileSync(process.execPath, [TSC, '-p', 'client/tsconfig.json', '--outDir', output]);
    const built = (await import(pathToFileURL(join(output, 'index.js')).href)) as Record<string, unknown>;
    expect(built).toMatchObject({ listConnectors: expect.any(Function), client: expect.any(Object) });
    const imports = [...filesOf('client/src').values()].flatMap((text) => [...text.matchAll(/ from '([^']+)'/g)]);
    expect(imports.map(([, from]) => from).filter((from) => !from?.startsWith('.'))).toEqual([]);
    expect(manifestOf('client/package.json').dependencies).toBeUndefined();
  });

  it('has the version of the gateway', () => {
    expect(manifestOf('client/package.json').version).toBe(manifestOf('package.json').version);
  });
});
