import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Assembles the sandbox as a package of its own, after a build: `node scripts/sandbox-package.mjs [directory]`. Then
// `npm pack` or `npm publish` in that directory, and `npx @connect-gateway/sandbox` where there is no clone.

const inRepository = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [directory = inRepository('dist/package')] = process.argv.slice(2);

/** What the sandbox needs beside the gateway. */
const OWN = ['oidc-provider', 'ulid'];

const BIN = `#!/usr/bin/env node
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Unless a directory is named, each run begins with the examples and leaves nothing behind.
if (!process.env.DATA_DIR) {
  process.env.DATA_DIR = mkdtempSync(join(tmpdir(), 'connect-gateway-sandbox-'));
  process.on('exit', () => rmSync(process.env.DATA_DIR, { recursive: true, force: true }));
}
process.env.SANDBOX_FAULTS ??= 'on';
await import('./dist/sandbox/main.js');
`;

const { version, license, engines, dependencies, devDependencies } = JSON.parse(
  readFileSync(inRepository('package.json'), 'utf8'),
);
const manifest = {
  name: '@connect-gateway/sandbox',
  version,
  description: 'The Connect Gateway with a sandbox platform and identity provider, for the tests of frontends',
  license,
  type: 'module',
  bin: { 'connect-gateway-sandbox': 'bin.js' },
  files: ['bin.js', 'config', 'dist'],
  engines,
  dependencies: { ...dependencies, ...Object.fromEntries(OWN.map((name) => [name, devDependencies[name]])) },
};

rmSync(directory, { recursive: true, force: true });
mkdirSync(join(directory, 'dist'), { recursive: true });
for (const part of ['dist/src', 'dist/sandbox', 'config/default.json'])
  cpSync(inRepository(part), join(directory, part), { recursive: true });
cpSync(inRepository('docs/sandbox.md'), join(directory, 'README.md'));
writeFileSync(join(directory, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
writeFileSync(join(directory, 'bin.js'), BIN);
chmodSync(join(directory, 'bin.js'), 0o755);
