import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayProcess } from './gateway.process.js';
import { freePort, LOOPBACK } from './ports.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Runs a program in place of the gateway. */
function run(program: string, environment: NodeJS.ProcessEnv = {}): GatewayProcess {
  const file = join(directory, 'main.mjs');
  writeFileSync(file, program);
  return new GatewayProcess(file, directory, environment);
}

describe('the process of the gateway', () => {
  it('is ready once /health/ready answers 200, and exits when it is stopped', async () => {
    const port = await freePort([]);
    const gateway = run(
      `import { createServer } from 'node:http';
       let asked = 0;
       createServer((request, response) => {
         response.writeHead(request.url === '/health/ready' && ++asked > 2 ? 200 : 503).end();
       }).listen(process.env.PORT, '${LOOPBACK}');
       process.on('SIGINT', () => process.exit(0));`,
      { PORT: String(port) },
    );
    expect(await gateway.ready(`http://${LOOPBACK}:${port}`)).toBe(true);
    await gateway.stop();
    expect(await gateway.exited).toBe(0);
  });

  it('is never ready when it exits first, and reports its exit code', async () => {
    const gateway = run('process.exit(7);');
    expect(await gateway.ready(`http://${LOOPBACK}:${await freePort([])}`)).toBe(false);
    expect(await gateway.exited).toBe(7);
  });

  it('reports an exit by a signal as a shell does', async () => {
    const gateway = run("process.kill(process.pid, 'SIGKILL');");
    expect(await gateway.exited).toBe(137);
  });
});
