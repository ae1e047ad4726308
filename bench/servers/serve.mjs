import { createServer } from 'node:http';

/** Serves on the port that the benchmark gives, until the benchmark is gone. */
export function serve(handler) {
  const server = createServer(handler);
  server.keepAliveTimeout = 75_000;
  server.listen(Number(process.env.PORT), '127.0.0.1');
  endWithBenchmark();
}

/** A benchmark that was killed cannot stop what it started, but its end of the channel closes. */
export function endWithBenchmark() {
  process.once('disconnect', () => process.exit());
}

export const UPSTREAM = process.env.UPSTREAM ?? '';
/** The prefix is part of the upstream's address, as in `PLATFORM_URL`. */
export const PREFIX = '/api/connect/v1';
/** As many connections to the upstream as the gateway has. */
export const CONNECTIONS = 256;
