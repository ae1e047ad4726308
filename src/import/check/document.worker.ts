import { readFileSync } from 'node:fs';
import { type MessagePort, threadId } from 'node:worker_threads';
import { planOf } from '../openapi/plan.js';
import { type Stage, checkBytes } from './check.js';
import type { PlannedDocument } from './planned-document.js';

/** What a thread is given: where the document lies, and whom to tell how far it is. */
export interface CheckTask {
  readonly path: string;
  /** Whether to say what an import would make of it, too. */
  readonly plan: boolean;
  readonly stages: MessagePort;
}

/** What a thread tells: first which one it is. */
export type TaskStage = { readonly threadId: number } | Stage;

/** The task of a thread. Only the small result leaves it, never the document itself. */
export default function check({ path, plan, stages }: CheckTask): PlannedDocument {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
  const tell = (stage: TaskStage): void => stages.postMessage(stage);
  tell({ threadId });
  const { document, root } = checkBytes(readFileSync(path), tell);
  const isFaulty = document.messages.some(({ severity }) => severity === 'error');
  return { document, plan: plan && root !== undefined && !isFaulty ? planOf(root) : undefined };
}
