import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './gateway.js';

/** The process that `npm start` runs after the build, with its own data. */
export class SandboxProcess {
  /** Its output. */
  output = '';

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly data: string,
  ) {}

  static async start(
    environment: Record<string, string> = {},
    program = 'dist/sandbox/main.js',
  ): Promise<SandboxProcess> {
    const [port, data] = [await freePort(), mkdtempSync(join(tmpdir(), 'sandbox-'))];
    // Separate ports: two sandboxes would otherwise both use the default ones.
    const ports = { identityPort: await freePort(), platformPort: await freePort() };
    writeFileSync(join(data, 'sandbox.json'), JSON.stringify(ports));
    const env = { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: data, LOG_LEVEL: 'warn', ...environment };
    const child = spawn(resolve('node_modules/.bin/node'), [resolve(program)], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    const sandbox = new SandboxProcess(`http://127.0.0.1:${port}`, child, data);
    await new Promise<void>((ready, failed) => {
      child.once('exit', (code) => failed(new Error(`the sandbox ended with ${code}: ${sandbox.output}`)));
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (text) => {
          sandbox.output += String(text);
          if (sandbox.output.includes('The gateway is ready')) ready();
        });
    });
    return sandbox;
  }

  /** Ends it and its gateway at once; an orderly end takes seconds. */
  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.pid !== undefined) {
      process.kill(-this.child.pid, 'SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.data, { recursive: true, force: true });
  }
}
