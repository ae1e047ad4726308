import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Builds the package: `node build.mjs [directory]`. Both kinds of module come from the same compiler, so that each has
// declarations of its own kind; Node and TypeScript tell them apart by the package.json beside them.

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [directory = here('dist')] = process.argv.slice(2);
const compiler = here('../node_modules/@typescript/native/bin/tsc');

rmSync(directory, { recursive: true, force: true });
for (const [kind, module] of [
  ['esm', 'esnext'],
  ['cjs', 'commonjs'],
])
  execFileSync(
    process.execPath,
    [compiler, '-p', here('tsconfig.json'), '--module', module, '--outDir', `${directory}/${kind}`],
    { stdio: 'inherit' },
  );
writeFileSync(`${directory}/cjs/package.json`, '{ "type": "commonjs", "sideEffects": false }\n');
