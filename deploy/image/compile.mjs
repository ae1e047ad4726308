import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

// Starts the gateway once while the image is built, so that what V8 compiles is kept in dist/compiled. Nothing outside is
// asked for but an identity provider that is not there, which keeps no gateway from starting.

const PORT = '3000';
const NOBODY = 'http://127.0.0.1:9';
const TRIES = 200;
const PAUSE_MS = 50;

const env = {
  PATH: process.env.PATH,
  HOST: '127.0.0.1',
  PORT,
  METRICS_PORT: '3001',
  PUBLIC_URL: `http://127.0.0.1:${PORT}`,
  PLATFORM_URL: NOBODY,
  OIDC_ISSUER: NOBODY,
  OIDC_CLIENT_ID: 'nobody',
  OIDC_CLIENT_SECRET: 'nothing',
  SESSION_KEYS: randomBytes(32).toString('base64'),
  SESSION_STORE_URL: 'sqlite:/tmp/compile.db',
  LOG_LEVEL: 'fatal',
};
// With the options of the image's CMD: V8 takes nothing that was compiled with others.
const gateway = spawn(process.execPath, ['--max-semi-space-size=8', 'dist/src/main.js'], { env, stdio: 'inherit' });
const ended = once(gateway, 'exit');
await answers();
gateway.kill('SIGTERM');
const [code] = await ended;
process.exit(code ?? 1);

async function answers() {
  for (let i = 0; i < TRIES; i++) {
    try {
      return await fetch(`http://127.0.0.1:${PORT}/health/live`);
    } catch {
      await sleep(PAUSE_MS);
    }
  }
  throw new Error('The gateway did not start.');
}
