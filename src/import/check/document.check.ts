import { Injectable, Logger, Optional } from '@nestjs/common';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { Problem } from '../../http/problem.js';
import type { CheckedDocument, PlannedDocument, Stage } from './check.js';
import type { FormerVersion } from './preview.difference.js';
import { FairTurns } from '../../http/fair.turns.js';
import { CheckWatch, TOO_MUCH_MEMORY } from './check.watch.js';
import type { CheckTask, TaskStage } from './document.worker.js';
import { CheckLimits } from './limits.js';

const RETRY_AFTER_SECONDS = 5;
/** V8's own limit exceeds the watched one by more than a thread can allocate between two samples. */
const HEAP_RESERVE_MIB = 512;

/**
 * Checks OpenAPI documents in separate threads, so that no document, however large or hostile, delays other requests.
 * Only a path goes in and only messages come out. Nothing is loaded before the first import.
 */
@Injectable()
export class DocumentCheck {
  private readonly logger = new Logger(DocumentCheck.name);
  private pool: Promise<Piscina> | undefined;
  private readonly turns: FairTurns;

  constructor(@Optional() private readonly limits: CheckLimits = new CheckLimits()) {
    this.turns = new FairTurns(limits.threads, limits.share, limits.waiting);
  }

  /**
   * Checks the document in a file, in its person's turn. One that exceeds a limit gets a message about it.
   * @throws Problem 503 `import_busy` when the person has more documents in progress than their share
   */
  async check(person: string, { path }: { path: string }, onStage?: (stage: Stage) => void): Promise<CheckedDocument> {
    return (await this.queue(person, { path, plan: false }, onStage)).document;
  }

  /**
   * Checks the document in a file, plans its import, and compares it with a former version if one is given.
   * @throws Problem 503 `import_busy` when the person has more documents in progress than their share
   */
  preview(person: string, { path }: { path: string }, former?: FormerVersion): Promise<PlannedDocument> {
    return this.queue(person, { path, plan: true, ...(former && { former }) });
  }

  private async queue(
    person: string,
    task: Omit<CheckTask, 'stages'>,
    onStage?: (stage: Stage) => void,
  ): Promise<PlannedDocument> {
    if (!this.turns.mayEnter(person)) throw new Problem('import_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    await this.turns.enter(person);
    try {
      return await this.run(task, onStage);
    } finally {
      this.turns.leave(person);
    }
  }

  /** Checks in progress. */
  get running(): number {
    return this.turns.inside;
  }

  /** Checks in the queue. */
  get waiting(): number {
    return this.turns.outside;
  }

  /** Terminates the threads, including running checks. */
  async close(): Promise<void> {
    await (await this.pool)?.destroy();
  }

  private async run(task: Omit<CheckTask, 'stages'>, onStage?: (stage: Stage) => void): Promise<PlannedDocument> {
    const pool = await (this.pool ??= this.createPool());
    const { port1: reports, port2: stages } = new MessageChannel();
    const watch = new CheckWatch(this.limits);
    const take = (stage: TaskStage): void => {
      if (typeof stage === 'string') onStage?.(stage);
      else watch.begin(pool.threads.find(({ threadId }) => threadId === stage.threadId));
    };
    reports.on('message', take);
    try {
      return (await pool.run({ ...task, stages }, { transferList: [stages], signal: watch.signal })) as PlannedDocument;
    } catch (error) {
      return refused(error, watch.reason);
    } finally {
      for (let left = receiveMessageOnPort(reports); left !== undefined; left = receiveMessageOnPort(reports))
        take(left.message);
      watch.end();
      reports.close();
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
      // A thread that parses untrusted input does not need the secrets in the environment.
      env: {},
    });
    pool.on('error', (error: Error) => this.logger.warn(`a thread that checks documents ended: ${error.message}`));
    return pool;
  }
}

/** The thread that exceeded a limit is terminated; the pool creates another one. */
function refused(error: unknown, reason: string | undefined): PlannedDocument {
  const isOutOfMemory = (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY';
  const text = isOutOfMemory ? TOO_MUCH_MEMORY : reason;
  if (text === undefined) throw error;
  const messages = [{ text, severity: 'error' }] as const;
  return { document: { written: undefined, openapi: undefined, messages }, plan: undefined };
}
