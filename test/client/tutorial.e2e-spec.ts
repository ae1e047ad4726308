import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chain, startChain } from '../operations/chain.js';

const FENCE = /```(tsx?)(?: (\w+))?\n(.*?)```\n(?:\n```text\n(.*?)```)?/gs;
const TSC = resolve('node_modules/@typescript/native/bin/tsc');
const OPTIONS =
  '--ignoreConfig --noEmit --strict --module esnext --moduleResolution bundler --target es2022 --jsx react-jsx';
const LIBRARIES = ['--lib', 'es2023,dom,dom.iterable', '--types', 'node', '--skipLibCheck'];

/** Beside the gateway, which runs in this process. */
const run = promisify(execFile);
const readme = readFileSync('client/README.md', 'utf8');
/** `browser` and `testing` are compiled only; the others are run as well. */
const examples = [...readme.matchAll(FENCE)].map(
  ({ 1: language = '', 2: kind = '', 3: code = '', 4: output, index }, at) => {
    const title = /.*^#+ ([^\n]+)\n/ms.exec(readme.slice(0, index))?.[1] ?? '';
    return { at, title, language, kind, code, output };
  },
);
const runnable = examples.filter(({ kind, language }) => kind === '' && language === 'ts');

let chain: Chain;
/** Inside the repository, where the packages are found. */
let project: string;

beforeAll(async () => {
  chain = await startChain();
  project = mkdtempSync('examples/run-');
  for (const { at, language, code } of examples) writeFileSync(join(project, `${at}.${language}`), code);
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  const setUp = `import { client } from '@connect-gateway/client';
    client.setConfig({ baseUrl: '${chain.url}', headers: { 'X-CSRF': '1', Cookie: '${await chain.signIn()}' } });`;
  writeFileSync(join(project, 'set-up.mjs'), setUp);
});
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await chain.close();
});

describe('the tutorial in the client’s README', () => {
  it('compiles strictly', async () => {
    expect(examples.length).toBeGreaterThan(8);
    const files = examples.map(({ at, language }) => join(project, `${at}.${language}`));
    const compiled = run(process.execPath, [TSC, ...files, ...OPTIONS.split(' '), ...LIBRARIES]);
    expect(await compiled.catch(({ stdout }: { stdout: string }) => ({ stdout }))).toMatchObject({ stdout: '' });
  });

  it.each(runnable)('prints what it says: $title', async ({ at, output }) => {
    const env = { PATH: process.env['PATH'], NO_COLOR: '1', NODE_NO_WARNINGS: '1' };
    const { stdout } = await run(process.execPath, ['--import', './set-up.mjs', `${at}.ts`], { cwd: project, env });
    expect(stdout).toBe(output);
  });
});
