// Load without wrk. Prints the same line of JSON; the whole job is the first argument.
import autocannon from 'autocannon';

const { request, connections, seconds } = JSON.parse(process.argv[2]);
const result = await autocannon({ ...request, connections, duration: seconds });
const { total } = result.requests;
const refused = Object.entries(result.statusCodeStats)
  .filter(([status]) => Number(status) > 399)
  .reduce((sum, [, { count }]) => sum + count, 0);
console.log(
  JSON.stringify({
    requests: total,
    us: result.duration * 1e6,
    bytes: result.throughput.total,
    refused,
    broken: result.errors + result.timeouts,
    p50Us: result.latency.p50 * 1_000,
    p99Us: result.latency.p99 * 1_000,
  }),
);
