// A thread that posts a message at each tick: `Atomics.wait` is exact to a tenth of a millisecond, the timers of an event
// loop to one millisecond only.
import { parentPort, workerData } from 'node:worker_threads';

const { startAt, stepMs } = workerData;
const nothing = new Int32Array(new SharedArrayBuffer(4));

for (let n = 0; ; n++) {
  const waitMs = startAt + n * stepMs - performance.timeOrigin - performance.now();
  if (waitMs > 0) Atomics.wait(nothing, 0, 0, waitMs);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
  parentPort.postMessage(n);
}
