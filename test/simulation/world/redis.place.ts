import type { SimProcess } from '../engine/sim.process.js';
import type { Network } from './network.js';
import type { RedisServer } from './redis.server.js';

/** A client's connection, as the network and the operating system treat it. */
interface Connection {
  breakOff(): void;
  close(): void;
}

/** Where the simulated clients find their server. */
interface RedisPlace {
  readonly server: RedisServer;
  readonly network: Network;
  readonly connections: Map<Connection, SimProcess | undefined>;
}

let place: RedisPlace | undefined;

export function theRedis(): RedisPlace {
  if (place === undefined) throw new Error('there is no Redis in this schedule');
  return place;
}

export function placeRedis(server: RedisServer, network: Network): RedisPlace {
  place = { server, network, connections: new Map() };
  return place;
}
