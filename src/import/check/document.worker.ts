import { readFileSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { type CheckedDocument, type Stage, checkBytes } from './check.js';

/** What a thread is given: where the document lies, and whom to tell how far it is. */
export interface CheckTask {
  readonly path: string;
  readonly stages: MessagePort;
}

/** What a thread tells: first that it has begun, which may be long after it was asked. */
export type TaskStage = 'begun' | Stage;

/** The task of a thread. Only the small result leaves it; whatever needs the document itself takes `root` in here. */
export default function check({ path, stages }: CheckTask): CheckedDocument {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
  const tell = (stage: TaskStage): void => stages.postMessage(stage);
  tell('begun');
  const { document } = checkBytes(readFileSync(path), tell);
  return document;
}
