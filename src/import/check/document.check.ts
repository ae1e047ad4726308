import { Injectable, Logger, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { Problem } from '../../problems/problem.js';
import type { CheckedDocument, Stage } from './check.js';
import type { CheckTask, TaskStage } from './document.worker.js';
import { CheckLimits } from './limits.js';
import type { PlannedDocument } from './planned-document.js';

const RETRY_AFTER_SECONDS = 5;

/**
 * Checks OpenAPI documents in threads of their own, so that no document, however large or hostile, holds up the requests
 * of others. Only a path goes in and only messages come out. Nothing is loaded before the first import.
 */
@Injectable()
export class DocumentCheck implements OnApplicationShutdown {
  private readonly logger = new Logger(DocumentCheck.name);
  private pool: Promise<Piscina> | undefined;
  private underWay = 0;

  constructor(@Optional() private readonly limits: CheckLimits = new CheckLimits()) {}

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
    const { threads, waiting } = this.limits;
    if (this.underWay >= threads + waiting)
      throw new Problem(503, 'import_busy', 'Too many documents are being checked; try again in a few seconds.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    this.underWay += 1;
    try {
      return await this.run(task, onStage);
    } finally {
      this.underWay -= 1;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await (await this.pool)?.destroy();
  }

  /** The clock starts when a thread begins, not while the document waits for one. */
  private async run(task: Omit<CheckTask, 'stages'>, onStage?: (stage: Stage) => void): Promise<PlannedDocument> {
    const pool = await (this.pool ??= this.createPool());
    const { port1: told, port2: stages } = new MessageChannel();
    const clock = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const take = (stage: TaskStage): void => {
      if (stage !== 'begun') onStage?.(stage);
      else timer = setTimeout(() => clock.abort(), this.limits.timeMs);
    };
    told.on('message', take);
    try {
      return (await pool.run({ ...task, stages }, { transferList: [stages], signal: clock.signal })) as PlannedDocument;
    } catch (error) {
      return this.refused(error);
    } finally {
      for (let left = receiveMessageOnPort(told); left !== undefined; left = receiveMessageOnPort(told))
        take(left.message);
      clearTimeout(timer);
      told.close();
    }
  }

  /** The thread that broke a limit is gone; the pool makes another one. */
  private refused(error: unknown): PlannedDocument {
    const text = this.sentenceOf(error);
    if (text === undefined) throw error;
    const messages = [{ text, severity: 'error' }] as const;
    return { document: { written: undefined, openapi: undefined, messages }, plan: undefined };
  }

  private sentenceOf(error: unknown): string | undefined {
    const { name, code } = error as { name?: string; code?: string };
    if (name === 'AbortError') return `The document could not be checked within ${this.limits.timeMs / 1_000} seconds.`;
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'The document takes too much memory to be checked.';
    return undefined;
  }

  private async createPool(): Promise<Piscina> {
    const { Piscina: Pool } = await import('piscina');
    const pool = new Pool({
      filename: new URL('./document.worker.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: this.limits.threads,
      idleTimeout: this.limits.idleMs,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMiB },
      // A thread that reads what strangers wrote has no use for the secrets in the environment.
      env: {},
    });
    pool.on('error', (error: Error) => this.logger.warn(`a thread that checks documents ended: ${error.message}`));
    return pool;
  }
}
