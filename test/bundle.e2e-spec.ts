import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeIdentity } from './support/fake-identity.js';
import { FakePlatform } from './support/fake-platform.js';
import { freePort, settingsFor, signIn } from './support/gateway.js';
import { Replica } from './support/replicas.js';
import { formOf, IMPORT } from './support/upload.js';

// The gateway as the image has it: the entry point, the bundle and the packages, none of the modules that it was made of.

const BUNDLE = resolve('dist/bundle');

let home: string;
let platform: FakePlatform;
let identity: FakeIdentity;
let gateway: Replica;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'gateway-bundle-'));
  mkdirSync(join(home, 'dist', 'src'), { recursive: true });
  copyFileSync('package.json', join(home, 'package.json'));
  copyFileSync('dist/src/main.js', join(home, 'dist', 'src', 'main.js'));
  cpSync(BUNDLE, join(home, 'dist', 'bundle'), { recursive: true });
  cpSync('config', join(home, 'config'), { recursive: true });
  symlinkSync(resolve('node_modules'), join(home, 'node_modules'));
  [platform, identity] = await Promise.all([FakePlatform.start(), FakeIdentity.start()]);
  const port = await freePort();
  gateway = new Replica(port, settingsFor(port, platform, identity), join(home, 'dist', 'src', 'main.js'));
  await gateway.start();
});
afterAll(async () => {
  await gateway.stop('SIGKILL');
  await Promise.all([platform.close(), identity.close()]);
  rmSync(home, { recursive: true });
});

it('serves the API document that the modules write', async () => {
  const answer = await fetch(`${gateway.url}/openapi.json`);
  expect(await answer.json()).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
});

it('has its pages, with their script and style', async () => {
  const paths = ['/docs', '/docs/reference.js', '/docs/reference.css', '/docs/errors'];
  const answers = await Promise.all(paths.map((path) => fetch(gateway.url + path)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

it('checks a document in YAML in a thread', async () => {
  const cookie = await signIn(gateway.url);
  const document = ['openapi: 3.1.0', 'info: { title: Pets, version: "2" }', 'paths: {}'].join('\n');
  const answer = await fetch(`${gateway.url}${IMPORT}/preview`, {
    method: 'POST',
    headers: { cookie, 'x-csrf': '1' },
    body: formOf(document),
  });
  expect(await answer.json()).toMatchObject({ ok: true, written: 'yaml', connector: { name: 'Pets' } });
});

it('keeps what V8 compiled for the next start', () => {
  expect(readdirSync(join(home, 'dist', 'compiled'))).toHaveLength(1);
});

it('maps its lines to our sources, and to none of the libraries', () => {
  const maps = readdirSync(BUNDLE).filter((file) => file.endsWith('.map'));
  const sources = maps.flatMap((file) => sourcesOf(join(BUNDLE, file)));
  expect(sources.some((source) => source.endsWith('src/session/session.service.ts'))).toBe(true);
  expect(sources.filter((source) => source.includes('node_modules'))).toEqual([]);
});

it('is plain ASCII, which V8 keeps in half of the memory', () => {
  const programs = readdirSync(BUNDLE).filter((file) => /\.c?js$/.test(file));
  expect(programs.length).toBeGreaterThan(10);
  expect(programs.filter((file) => readFileSync(join(BUNDLE, file)).some((byte) => byte > 127))).toEqual([]);
});

function sourcesOf(map: string): string[] {
  const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: (string | null)[] };
  return sources.filter((source) => source !== null);
}
