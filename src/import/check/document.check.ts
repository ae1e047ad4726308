import { Injectable, Logger, Optional } from '@nestjs/common';
import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { Problem } from '../../http/problem.js';

import type { CheckTask, TaskStage } from './document.worker.js';
import { CheckLimits } from './limits.js';
import type { CheckedDocument, PlannedDocument, Stage } from './check.js';

const RETRY_AFTER_SECONDS = 5;
/** V8's own limit is so much above the one that is watched: more than a thread can take between two looks. */
const HEAP_RESERVE_MIB = 512;

/**
 * Checks OpenAPI documents in threads of their own, so that no document, however large or hostile, holds up the requests
 * of others. Only a path goes in and only messages come out. Nothing is loaded before the first import.
 */
@Injectable()
export class DocumentCheck {
  private readonly logger = new Logger(DocumentCheck.name);
  private pool: Promise<Piscina> | undefined;
  private readonly turns: Semaphore;

  constructor(@Optional() private readonly limits: CheckLimits = new CheckLimits()) {
    this.turns = new Semaphore(limits.threads, limits.waiting);
  }

  /**
   * Checks the document in a file. One that breaks a limit is told so by a message, too.
   * @throws Problem 503 `import_busy`
   */
  async check({ path }: { path: string }, onStage?: (stage: Stage) => void): Promise<CheckedDocument> {
    return (await this.queue({ path, plan: false }, onStage)).document;
  }

  /**
   * Checks the document in a file, and says what an import would make of it.
   * @throws Problem 503 `import_busy`
   */
  preview({ path }: { path: string }): Promise<PlannedDocument> {
    return this.queue({ path, plan: true });
  }

  private async queue(task: Omit<CheckTask, 'stages'>, onStage?: (stage: Stage) => void): Promise<PlannedDocument> {
    if (this.turns.isFull) throw new Problem('import_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    await this.turns.enter();
    try {
      return await this.run(task, onStage);
    } finally {
      this.turns.leave();
    }
  }

  /** Checks in progress. */
  get running(): number {
    return this.turns.inside;
  }

  /** Checks that wait for their turn. */
  get waiting(): number {
    return this.turns.outside;
  }

  /** Ends the threads, whatever they are at. */
  async close(): Promise<void> {
    await (await this.pool)?.destroy();
  }

  private async run(task: Omit<CheckTask, 'stages'>, onStage?: (stage: Stage) => void): Promise<PlannedDocument> {
    const pool = await (this.pool ??= this.createPool());
    const { port1: told, port2: stages } = new MessageChannel();
    const watch = new CheckWatch(this.limits);
    const take = (stage: TaskStage): void => {
      if (typeof stage === 'string') onStage?.(stage);
      else watch.thread = pool.threads.find(({ threadId }) => threadId === stage.threadId);
    };
    told.on('message', take);
    try {
      return (await pool.run({ ...task, stages }, { transferList: [stages], signal: watch.signal })) as PlannedDocument;
    } catch (error) {
      return refused(error, watch.reason);
    } finally {
      for (let left = receiveMessageOnPort(told); left !== undefined; left = receiveMessageOnPort(told))
        take(left.message);
      watch.end();
      told.close();
    }
  }

  private async createPool(): Promise<Piscina> {
    const { Piscina: Pool } = await import('piscina');
    const pool = new Pool({
      filename: new URL('./document.worker.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: this.limits.threads,
      idleTimeout: this.limits.idleMs,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMiB + HEAP_RESERVE_MIB },
      // A thread that reads what strangers wrote has no use for the secrets in the environment.
      env: {},
    });
    pool.on('error', (error: Error) => this.logger.warn(`a thread that checks documents ended: ${error.message}`));
    return pool;
  }
}

/** The thread that broke a limit is gone; the pool makes another one. */
function refused(error: unknown, reason: string | undefined): PlannedDocument {
  const isOutOfMemory = (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY';
  const text = isOutOfMemory ? TOO_MUCH_MEMORY : reason;
  if (text === undefined) throw error;
  const messages = [{ text, severity: 'error' }] as const;
  return { document: { written: undefined, openapi: undefined, messages }, plan: undefined };
}

/** What the person who brought the document is told. */
export const TOO_MUCH_MEMORY = 'The document takes too much memory to be checked.';

const LOOK_MS = 50;
const MEBIBYTE = 1024 * 1024;

/**
 * Ends a check that takes too long or too much memory. V8 has a limit for a thread's heap too, but one that is reached
 * inside of a large step ends the whole process; so this one is far below it.
 */
export class CheckWatch {
  /** Why it was ended, for the person who brought the document. */
  reason: string | undefined;
  /** Whose memory to look at, once it is known. */
  thread: Worker | undefined;
  private readonly controller = new AbortController();
  private readonly limits: CheckLimits;
  private readonly endsAt: number;
  private readonly timer: NodeJS.Timeout;

  constructor(limits: CheckLimits) {
    this.limits = limits;
    this.endsAt = performance.now() + limits.timeMs;
    this.timer = setInterval(() => void this.look(), LOOK_MS);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  end(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (performance.now() > this.endsAt)
      this.stop(`The document could not be checked within ${this.limits.timeMs / 1_000} seconds.`);
    // Refused once the thread has ended.
    const heap = await this.thread?.getHeapStatistics().catch(() => undefined);
    if (heap !== undefined && heap.used_heap_size > this.limits.heapMiB * MEBIBYTE) this.stop(TOO_MUCH_MEMORY);
  }

  private stop(reason: string): void {
    this.end();
    this.reason ??= reason;
    this.controller.abort();
  }
}

/**
 * Lets a few in at a time and the others wait for their turn. Piscina's own queue does not do: after a thread had to be
 * ended, what waits in it would wait for the next one to come.
 */
export class Semaphore {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly places: number;
  private readonly seats: number;

  constructor(places: number, seats: number) {
    this.places = places;
    this.seats = seats;
  }

  /** Whether nobody else may even wait. */
  get isFull(): boolean {
    return this.taken === this.places && this.waiting.length >= this.seats;
  }

  get inside(): number {
    return this.taken;
  }

  get outside(): number {
    return this.waiting.length;
  }

  /** Fulfilled when it is one's turn; `leave` must follow. */
  async enter(): Promise<void> {
    if (this.taken < this.places) this.taken += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Gives one's place to whoever has waited longest. */
  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.taken -= 1;
    else next();
  }
}
