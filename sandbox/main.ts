import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { announcement } from './announcement.js';
import { writeDemoCookies } from './demo.session.js';
import { FaultProxy } from './faults/fault.proxy.js';
import { GatewayProcess } from './gateway.process.js';
import { frontend, type GatewaySettings, gatewaySettings, identityOptions, localUrl } from './gateway.settings.js';
import { startIdentity } from './identity/identity.server.js';
import { type Memory, recall, remember } from './memory.js';
import { startPlatform } from './platform/platform.server.js';
import { freePort, gatewayPort, LOOPBACK } from './ports.js';
import { SandboxFault } from './sandbox-fault.js';

/** The project's directory, relative to `dist/sandbox/`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GATEWAY = fileURLToPath(new URL('../src/main.js', import.meta.url));

/** The environment; an empty value counts as not set, as for the gateway. */
const caller = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
const data = resolve(ROOT, caller['DATA_DIR'] ?? 'data');

try {
  process.exit(await runSandbox(stopRequest()));
} catch (error) {
  if (!(error instanceof SandboxFault)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** Starts everything, waits for its end, and returns the exit code. */
async function runSandbox(stopRequested: Promise<void>): Promise<number> {
  const port = await gatewayPort(caller['PORT'] ?? '3000');
  const memory = await settleMemory(port);
  const settings = gatewaySettings(port, data, memory, caller);

  await using running = new AsyncDisposableStack();
  const identity = await startIdentity(identityOptions(settings, data, memory));
  running.defer(() => identity.close());
  const platform = await startPlatform({
    host: LOOPBACK,
    port: memory.platformPort,
    database: join(data, 'platform.db'),
    issuer: identity.issuer,
    audience: settings.OIDC_CLIENT_ID,
    jwksUri: identity.jwksUri,
  });
  running.defer(() => platform.close());

  const pages = frontend(ROOT, caller);
  const upstreams = { SESSION_CLAIMS: 'organisations,roles', PLATFORM_URL: platform.url, OIDC_ISSUER: identity.issuer };
  const inner = caller['SANDBOX_FAULTS'] === undefined ? settings : await behindFaults(settings, running);
  const gateway = new GatewayProcess(GATEWAY, ROOT, { ...upstreams, ...pages, ...caller, ...inner });
  const ended = runGateway(gateway, stopRequested);
  if (await gateway.ready(localUrl(inner))) {
    const cookies = join(data, 'demo.cookies');
    const isSignedIn = await writeDemoCookies(cookies, { local: localUrl(settings), publicUrl: settings.PUBLIC_URL });
    await gateway.quiet();
    const addresses = { gateway: settings.PUBLIC_URL, platform: platform.url, identity: identity.issuer };
    console.log(announcement(addresses, pages.FRONTEND_DIR !== undefined, isSignedIn ? shown(cookies) : undefined));
  }
  return await ended;
}

/** A file path as a command-line argument. */
function shown(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}

/** Puts the fault proxy in front of the gateway, at the gateway's address; the gateway gets another port. */
async function behindFaults(settings: GatewaySettings, running: AsyncDisposableStack): Promise<GatewaySettings> {
  const inner = await freePort([]);
  const proxy = new FaultProxy({ host: settings.HOST, port: Number(settings.PORT), gatewayPort: inner });
  await proxy.listen();
  running.defer(() => proxy.close());
  return { ...settings, HOST: LOOPBACK, PORT: String(inner) };
}

/** The exit code of the sandbox: 0 after a requested stop, else the gateway's. */
async function runGateway(gateway: GatewayProcess, stopRequested: Promise<void>): Promise<number> {
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    await gateway.stop();
  };
  void stopRequested.then(stop);
  const code = await gateway.exited;
  return isStopping ? 0 : code;
}

/** Reads the stored secrets, finds ports for the servers behind the gateway, and stores both. */
async function settleMemory(port: number): Promise<Memory> {
  const memory = recall(data);
  const identityPort = await freePort([memory.identityPort, 3001].filter((other) => other !== port));
  const taken = [port, identityPort];
  const platformPort = await freePort([memory.platformPort, 3002].filter((other) => !taken.includes(other)));
  const settled = { ...memory, identityPort, platformPort };
  remember(data, settled);
  return settled;
}

/** Settles on Ctrl-C, on a signal of a process manager, or when the parent process has exited. */
function stopRequest(): Promise<void> {
  return new Promise((resolveRequest) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolveRequest());
    process.once('disconnect', () => resolveRequest());
  });
}
