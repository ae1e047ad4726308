// Load at a fixed rate: each request has a planned time, from which its latency counts, however late it was sent. Takes
// jobs from the benchmark, one after the other, and answers each with the status and latency of every request.
import { Worker } from 'node:worker_threads';
import { ConnectionPool } from './connection-pool.mjs';

/** A tick costs 30 µs of a core that the platform needs too; at higher rates, several requests are sent per tick. */
const TICK_MIN_MS = 0.5;
const START_IN_MS = 20;
const DRAIN_MS = 10_000;

/**
 * @typedef {object} Job
 * @property {number} port of the subject
 * @property {string[]} heads of the requests, which take turns
 * @property {string} [body] of all of them
 * @property {number} perSecond requests planned per second
 * @property {number} seconds
 * @property {number} open connections that are open before the first request
 * @property {number} limit of connections at one time; a request that finds none free waits for one
 * @property {boolean} [givesUp] whether what has not been sent after `seconds` is never sent
 */
class OpenLoop {
  #job;
  #pool;
  #requests;
  #count;
  #sent = 0;
  #inProgress = 0;
  /** Requests before this one have found no free connection. */
  #waitedUpTo = 0;
  #startAt = Number.POSITIVE_INFINITY;
  #finished = Promise.withResolvers();
  #statuses;
  #latencyMs;
  /** How long after its planned time each request was sent. */
  #delayMs;
  /** How late this process was with the requests that did not have to wait for a connection. */
  #latenessMs = [];
  #retryAfter = 0;
  #lost = 0;

  /** @param {Job} job */
  constructor(job) {
    this.#job = job;
    this.#pool = new ConnectionPool(job.port, job.limit, this);
    const body = Buffer.from(job.body ?? '');
    this.#requests = job.heads.map((head) => Buffer.concat([Buffer.from(head), body]));
    this.#count = Math.round(job.perSecond * job.seconds);
    this.#statuses = new Uint16Array(this.#count);
    this.#latencyMs = new Float32Array(this.#count);
    this.#delayMs = new Float32Array(this.#count);
  }

  async run() {
    await this.#pool.prepare(this.#job.open);
    this.#startAt = performance.now() + START_IN_MS;
    const ticker = this.#startTicker();
    const timer = setTimeout(this.#finished.resolve, START_IN_MS + this.#job.seconds * 1_000 + DRAIN_MS);
    await this.#finished.promise;
    clearTimeout(timer);
    await ticker.terminate();
    const result = this.#result();
    this.#pool.destroy();
    return result;
  }

  onFree() {
    this.#sendDue();
  }

  onAnswer(request, { status, hasRetryAfter }) {
    this.#statuses[request] = status;
    this.#latencyMs[request] = performance.now() - this.#plannedAt(request);
    if (hasRetryAfter) this.#retryAfter += 1;
    this.#inProgress -= 1;
  }

  onLost() {
    this.#lost += 1;
    this.#inProgress -= 1;
  }

  #startTicker() {
    const stepMs = Math.max(TICK_MIN_MS, 1_000 / this.#job.perSecond);
    const workerData = { startAt: performance.timeOrigin + this.#startAt, stepMs };
    const ticker = new Worker(new URL('ticker.mjs', import.meta.url), { workerData });
    return ticker.on('message', () => this.#sendDue());
  }

  #sendDue() {
    const now = performance.now();
    const due = this.#dueAt(now);
    while (this.#sent < due) {
      const connection = this.#pool.take();
      if (connection === undefined) break;
      this.#send(connection, now);
    }
    if (this.#sent < due) {
      this.#waitedUpTo = due;
      this.#pool.need(due - this.#sent);
    }
    if (this.#inProgress === 0 && (this.#sent === this.#count || this.#hasGivenUp(now))) this.#finished.resolve();
  }

  #send(connection, now) {
    const request = this.#sent++;
    this.#inProgress += 1;
    this.#delayMs[request] = now - this.#plannedAt(request);
    if (request >= this.#waitedUpTo) this.#latenessMs.push(this.#delayMs[request]);
    connection.send(request, this.#requests[request % this.#requests.length]);
  }

  /** How many requests should have been sent by now. */
  #dueAt(now) {
    if (this.#hasGivenUp(now)) return this.#sent;
    return Math.min(this.#count, Math.floor(((now - this.#startAt) * this.#job.perSecond) / 1_000) + 1);
  }

  #hasGivenUp(now) {
    return this.#job.givesUp === true && now >= this.#startAt + this.#job.seconds * 1_000;
  }

  #plannedAt(request) {
    return this.#startAt + (request * 1_000) / this.#job.perSecond;
  }

  #result() {
    return {
      startedAt: performance.timeOrigin + this.#startAt,
      planned: this.#count,
      neverSent: this.#count - this.#sent,
      unanswered: this.#inProgress,
      lost: this.#lost,
      retryAfter: this.#retryAfter,
      waitedForConnection: this.#sent - this.#latenessMs.length,
      connections: this.#pool.most,
      statuses: encode(this.#statuses),
      latencyMs: encode(this.#latencyMs),
      delayMs: encode(this.#delayMs),
      latenessMs: encode(Float32Array.from(this.#latenessMs)),
    };
  }
}

process.once('disconnect', () => process.exit());
process.on('message', async (job) => process.send(await new OpenLoop(job).run()));

/** Numbers as a string: a tenth of the size that they have as a list. */
function encode(numbers) {
  return Buffer.from(numbers.buffer).toString('base64');
}
