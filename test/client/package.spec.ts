import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const GENERATED = 'client/src/generated';
const TSC = resolve('node_modules/@typescript/native/bin/tsc');
/** What a page pays, minified and compressed, as the package's README states it. */
const MAX_BYTES = { everything: 13_000, session: 9_000, oneOperation: 5_000 };

interface Manifest {
  readonly version: string;
  readonly sideEffects: boolean;
  readonly dependencies?: object;
  readonly exports: Record<string, Record<'import' | 'require', string>>;
}

/** A project that has the package installed as npm would: what `npm pack` takes, and nothing else. */
let project: string;
const manifest = JSON.parse(readFileSync('client/package.json', 'utf8')) as Manifest;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'client-'));
  const installed = join(project, 'node_modules/@connect-gateway/client');
  execFileSync(process.execPath, ['client/build.mjs', join(installed, 'dist')]);
  cpSync('client/package.json', join(installed, 'package.json'));
  for (const name of readdirSync('node_modules'))
    if (name !== '@connect-gateway' && !name.startsWith('.'))
      symlinkSync(resolve('node_modules', name), join(project, 'node_modules', name));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(project, { recursive: true }));

function filesOf(root: string): Map<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return new Map(files.toSorted().map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/** Runs a program in the project and gives what it printed. */
function run(name: string, program: string): unknown {
  writeFileSync(join(project, name), program);
  return JSON.parse(execFileSync(process.execPath, [name], { cwd: project, encoding: 'utf8' }));
}

/** Compiles a program in the project as strictly as frontends do; the output of the compiler. */
function compile(name: string, program: string, module = 'esnext'): string {
  writeFileSync(join(project, name), program);
  const options = ['--strict', '--noEmit', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--types', ''];
  const target = ['--module', module, '--moduleResolution', module === 'esnext' ? 'bundler' : module];
  const lib = ['--target', 'es2022', '--lib', 'es2022,dom,dom.iterable', '--jsx', 'react-jsx'];
  try {
    return execFileSync(process.execPath, [TSC, name, ...options, ...target, ...lib], {
      cwd: project,
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** The size of a page's script that takes this from the package. */
async function sizeOf(program: string): Promise<number> {
  const entry = join(project, 'page.js');
  writeFileSync(entry, program);
  const result = await build({
    root: project,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: true, lib: { entry, formats: ['es'] } },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) => ('output' in one ? one.output : []));
  const code = outputs.map((output) => ('code' in output ? output.code : '')).join('');
  return gzipSync(code).length;
}

function isTooLarge([what, bytes]: [string, number]): boolean {
  return bytes > MAX_BYTES[what as keyof typeof MAX_BYTES];
}

describe('the client', () => {
  it('is what the API document makes of it (if not, run: npm run client)', () => {
    const fresh = join(project, 'generated');
    mkdirSync(fresh);
    execFileSync(process.execPath, ['scripts/client.mjs', fresh]);
    const [committed, expected] = [filesOf(GENERATED), filesOf(fresh)];
    expect([...committed.keys()]).toEqual([...expected.keys()]);
    expect([...expected].filter(([file, text]) => committed.get(file) !== text).map(([file]) => file)).toEqual([]);
  });

  it('needs no other package at run time, and its subpaths only the one that they are named after', () => {
    expect(manifest.dependencies).toBeUndefined();
    const needed = [...filesOf('client/src')].flatMap(([file, text]) =>
      [...text.matchAll(/ from '([^'.][^']*)'/g)].map(([, name]) => [file, name]),
    );
    const peers: Record<string, string> = { 'react.ts': 'react', 'testing.ts': 'msw' };
    const wrong = needed.filter(
      ([file = '', name]) =>
        peers[file] !== name && !(file.endsWith('react-query.gen.ts') && name === '@tanstack/react-query'),
    );
    expect(wrong).toEqual([]);
  });

  it('is loaded by import and by require, with every subpath', () => {
    const subpaths = Object.keys(manifest.exports).map((subpath) => subpath.replace('.', '@connect-gateway/client'));
    const imports = subpaths.map((path) => `Object.keys(await import('${path}')).length`);
    const requires = subpaths.map((path) => `Object.keys(require('${path}')).length`);
    const imported = run('all.mjs', `console.log(JSON.stringify([${imports.join()}]))`);
    expect(imported).toSatisfy((counts: number[]) => counts.every((count) => count > 0));
    expect(run('all.cjs', `console.log(JSON.stringify([${requires.join()}]))`)).toHaveLength(subpaths.length);
  });

  it('does nothing where a page is rendered on a server, and keeps no process alive', () => {
    const program = `import { Session } from '@connect-gateway/client';
      const session = new Session();
      console.log(JSON.stringify(session.getSnapshot()));`;
    expect(run('server.mjs', program)).toEqual({ status: 'unknown' });
  });

  it.each([
    ['esnext', 'page.ts'],
    ['nodenext', 'page.mts'],
    ['nodenext', 'page.cts'],
  ])('compiles strictly under module %s, as %s', (module, name) => {
    const program = `
      import { ConnectionFailure, createConnectorVersion, once, pages, listConnectors, Session } from '@connect-gateway/client';
      import { listConnectorsOptions } from '@connect-gateway/client/react-query';
      import { useSession } from '@connect-gateway/client/react';
      import { handlers } from '@connect-gateway/client/testing';
      export async function page(): Promise<string[]> {
        const names: string[] = [];
        const path = { organisation_id: 'acme' };
        for await (const { connectors } of pages(listConnectors, { path, query: { first: 50 } }))
          for (const { name } of connectors) names.push(name);
        const { data, error } = await once((headers) =>
          createConnectorVersion({ path: { ...path, connector_id: 'shop' }, body: { name: '2.0' }, headers }),
        );
        if (error !== undefined) return error instanceof ConnectionFailure ? [String(error.cause)] : [error.requestId];
        return [data.id, new Session().getSnapshot().status, String(useSession), String(handlers()), String(listConnectorsOptions({ path }).queryKey)];
      }`;
    expect(compile(name, program, module)).toBe('');
  });

  it('does not compile where a failure without an answer is taken for a problem of the gateway', () => {
    const program = `
      import { listCategories } from '@connect-gateway/client';
      const { error } = await listCategories();
      if (error) console.log(error.requestId);
      export {};`;
    expect(compile('wrong.ts', program)).toMatch(/Property 'requestId' does not exist on type/);
  });

  it('does not compile where a credential has the data of another type, or a tag no list of strings', () => {
    const program = `
      import type { CredentialCreate, HTTPConnectorCreate } from '@connect-gateway/client';
      export const right: CredentialCreate = { name: 'Key', type: 'string', data: { value: 'k-123' } };
      export const wrong: CredentialCreate = { name: 'Key', type: 'string', data: { username: 'me', password: 'x' } };
      export const tags: HTTPConnectorCreate['tags'] = { team: ['orders'], owner: 'me' };`;
    expect(compile('credentials.ts', program).match(/credentials\.ts\(\d+/g)).toEqual([
      'credentials.ts(4',
      'credentials.ts(5',
    ]);
  });

  it('costs a page what the README says', { timeout: 60_000 }, async () => {
    expect(manifest.sideEffects).toBe(false);
    const from = "from '@connect-gateway/client'";
    const sizes = {
      everything: await sizeOf(`export * ${from}`),
      session: await sizeOf(`import { Session } ${from}; globalThis.session = new Session();`),
      oneOperation: await sizeOf(`import { listConnectors } ${from}; globalThis.list = listConnectors;`),
    };
    console.info('client, minified and gzipped:', sizes);
    expect(Object.entries(sizes).filter(isTooLarge)).toEqual([]);
  });
});
