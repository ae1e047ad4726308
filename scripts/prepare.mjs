import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNpm, ScriptFault } from './run.mjs';

/** The oldest Node 24 that has node:sqlite without a flag and without a warning. */
const NODE_MIN = [24, 15];
/** What the build reads. */
const SOURCES = [
  'src',
  'sandbox',
  'client/src',
  'client/build.mjs',
  'client/tsconfig.json',
  'console/src',
  'console/public',
  'console/index.html',
  'console/vite.config.ts',
  'scripts/bundle.mjs',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];
const BUILD_STAMP = join(ROOT, 'dist', '.sources');
/** What the build makes besides `dist`. */
const BUILT = [join(ROOT, 'client', 'dist'), join(ROOT, 'console', 'dist')];

/**
 * Brings a clone to the point where the project runs: installs and builds what is not there or out of date.
 * @returns {Promise<string>} the Node to run it with
 */
export async function prepare() {
  if (!isInstalled()) {
    console.log('Installing the dependencies… (first start only, about half a minute)');
    await runNpm('ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund');
  }
  const sources = fingerprint();
  if (!isBuilt(sources)) {
    console.log('Building…');
    await runNpm('run', 'build');
    // The build empties dist first, so the stamp is there only after a build that went well.
    writeFileSync(BUILD_STAMP, sources);
  }
  return findNode();
}

function isBuilt(sources) {
  const isThere = [BUILD_STAMP, ...BUILT].every((path) => existsSync(path));
  return isThere && readFileSync(BUILD_STAMP, 'utf8') === sources;
}

/** Whether node_modules is what package-lock.json says, by the record that npm writes there as its last step. */
function isInstalled() {
  const record = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  return Object.entries(packagesOf(join(ROOT, 'package-lock.json'))).every(([path, wanted]) => {
    const found = installed[path];
    // Packages for other platforms are in the lock and not on the disk.
    if (found === undefined) return path === '' || wanted.optional || wanted.devOptional;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** A hash of all that the build reads: a time stamp would be fooled by a checkout and by a deleted file. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES.flatMap((path) => filesIn(path))) {
    hash.update(`${source}\0`);
    hash.update(readFileSync(join(ROOT, source)));
  }
  return hash.digest('hex');
}

function filesIn(path) {
  if (statSync(join(ROOT, path)).isFile()) return [path];
  return readdirSync(join(ROOT, path))
    .toSorted()
    .flatMap((name) => filesIn(join(path, name)));
}

/** The Node that came with the dependencies, or the one that runs this where there is none for the platform. */
function findNode() {
  const pinned = join(ROOT, 'node_modules', '.bin', 'node');
  if (spawnSync(pinned, ['--version']).status === 0) return pinned;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return process.execPath;
  throw new ScriptFault(`Node ${NODE_MIN.join('.')} or newer is needed here; this is ${process.versions.node}.`);
}
