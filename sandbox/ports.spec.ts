import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, gatewayPort, LOOPBACK } from './ports.js';
import { SandboxFault } from './sandbox-fault.js';

let occupier: Server;
let taken: number;

beforeEach(async () => {
  occupier = createServer();
  await new Promise<void>((resolve) => occupier.listen(0, LOOPBACK, resolve));
  taken = (occupier.address() as AddressInfo).port;
});

afterEach(() => {
  occupier.close();
});

describe('freePort', () => {
  it('takes the first preferred port that is free', async () => {
    const free = await freePort([]);
    expect(await freePort([taken, free])).toBe(free);
  });

  it('takes any free port when all preferred ones are in use', async () => {
    const port = await freePort([taken]);
    expect(port).toBeGreaterThan(0);
    expect(port).not.toBe(taken);
  });
});

describe('gatewayPort', () => {
  it('takes the requested port, or any free one for 0', async () => {
    const free = await freePort([]);
    expect(await gatewayPort(String(free))).toBe(free);
    expect(await gatewayPort('0')).toBeGreaterThan(0);
  });

  it('reports a port in use with a sentence that names PORT', async () => {
    const fault = await gatewayPort(String(taken)).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(SandboxFault);
    expect(String(fault)).toMatch(new RegExp(`Port ${taken} .* PORT=`));
  });

  it.each(['', 'http', '-1', '65536', '3000.5', ' 3000'])('refuses "%s"', async (wanted) => {
    await expect(gatewayPort(wanted)).rejects.toThrow('PORT must be a number from 0 to 65535');
  });
});
