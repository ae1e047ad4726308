import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { SandboxFault } from './sandbox-fault.js';

/** The address of the whole sandbox: reachable from this machine only. */
export const LOOPBACK = '127.0.0.1';

/** The first preferred port that is free, or any other free one. */
export async function freePort(preferred: readonly number[]): Promise<number> {
  for (const port of preferred) if (await isFree(port)) return port;
  return listenOnce(0);
}

/**
 * The port of the gateway.
 * @param wanted the value of `PORT`; 0 takes any free one
 * @throws SandboxFault if it is not a port, or in use: people may have bookmarked that address
 */
export async function gatewayPort(wanted: string): Promise<number> {
  const port = Number(wanted);
  if (!/^\d{1,5}$/.test(wanted) || port > 65_535)
    throw new SandboxFault(`PORT must be a number from 0 to 65535, not "${wanted}".`);
  try {
    return await listenOnce(port);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'something else listens there' : `the system says ${code}`;
    throw new SandboxFault(
      `Port ${port} cannot be used: ${reason}. Free it, or choose another one, such as PORT=3100.`,
      { cause },
    );
  }
}

async function isFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch {
    return false;
  }
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer().listen(port, LOOPBACK);
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return taken;
}
