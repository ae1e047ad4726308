import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CookieJar } from './support/cookie-jar.js';
import { signIn } from './support/sign-in.js';

/** The built sandbox; `npm test` builds it beforehand. */
const PROGRAM = fileURLToPath(new URL('../dist/sandbox/main.js', import.meta.url));

let directory: string;
let running: ChildProcess[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
  running = [];
});

afterEach(async () => {
  // An orderly end takes seconds; it is tested below.
  await Promise.all(running.map((child) => stop(child, 'SIGKILL')));
  rmSync(directory, { recursive: true });
});

/** Starts a sandbox; its output is collected from the first byte on. */
function start(port: string | number, level = 'error') {
  const env = { ...process.env, PORT: String(port), DATA_DIR: directory, LOG_LEVEL: level };
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let output = '';
  const said = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('Ctrl-C stops everything.')) resolve(output);
      });
    child.once('close', () => resolve(output));
  });
  return { child, said };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
  return child.exitCode;
}

function gatewayIn(output: string): string {
  return /Docs +(http\S+)\/docs/.exec(output)?.[1] ?? output;
}

function loginUrlIn(output: string): string {
  return `${gatewayIn(output)}/auth/login?returnTo=/docs`;
}

async function sessionOf(gateway: string, cookies: CookieJar): Promise<unknown> {
  return (await cookies.fetch(`${gateway}/auth/session`)).json();
}

/** The commands of the README's tour, for this sandbox. */
function tour(gateway: string): string {
  const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
  const blocks = [...readme.matchAll(/^```sh\n([^`]*curl -b[^`]*)```$/gm)].map(([, commands = '']) => commands);
  return blocks.join('\n').replaceAll('http://127.0.0.1:3000', gateway).replaceAll('data/', `${directory}/`);
}

describe.each(['bash', 'zsh'])('the tour of the README, pasted into %s', (shell) => {
  it.skipIf(!['/bin', '/usr/bin'].some((bin) => existsSync(`${bin}/${shell}`)))('works', async () => {
    const output = await start(0, 'info').said;
    // The banner is contiguous: no log line interrupts it.
    expect(output).toMatch(/\n {2}The gateway is ready\.\n\n( {4}.*\n|\n)+ {2}Ctrl-C stops everything\.\n/);
    const ready = /Try it {5}(curl .*)/.exec(output)?.[1] ?? '';
    expect(ready).toContain('/o/01JA000000000000000000DEM0/connectors');
    const gateway = gatewayIn(output);
    const pasted = spawn(shell, ['-i'], { stdio: ['pipe', 'pipe', 'ignore'] });
    let text = '';
    pasted.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    pasted.stdin.end(`${ready}\n${tour(gateway)}\nexit\n`);
    await once(pasted, 'close');
    for (const part of ['"name":"Acme Shop"', '"name":"3.0.0"', '"code":"invalid_request"'])
      expect(text).toContain(part);
  });
});

describe.skipIf(!existsSync(PROGRAM))('the built sandbox', () => {
  it('prints where to sign in; a sign-in there works at the gateway, also after a restart', async () => {
    const first = start(0);
    const loginUrl = loginUrlIn(await first.said);
    const gateway = new URL(loginUrl).origin;
    const { callbackUrl, cookies } = await signIn(loginUrl);
    const callback = await cookies.fetch(callbackUrl);
    expect(callback.headers.get('location')).toBe('/docs');
    const signedIn = { authenticated: true, user: { email: 'demo@example.com', name: 'Demo Person' } };
    expect(await sessionOf(gateway, cookies)).toMatchObject(signedIn);
    expect(await stop(first.child)).toBe(0);

    const second = start(new URL(gateway).port);
    expect(loginUrlIn(await second.said)).toBe(loginUrl);
    expect(await sessionOf(gateway, cookies)).toMatchObject(signedIn);
  });

  it('reports in one sentence that the port of the gateway is in use', async () => {
    const occupier = createServer().listen(0, '127.0.0.1');
    await once(occupier, 'listening');
    const { port } = occupier.address() as AddressInfo;
    const { child, said } = start(port);
    expect(await said).toMatch(new RegExp(`^Port ${port} cannot be used: .*PORT=3100\\.\\n$`));
    expect(child.exitCode).toBe(1);
    occupier.close();
  });
});
