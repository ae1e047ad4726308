import { readFileSync, readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';
import { type MessagePort, threadId } from 'node:worker_threads';
import { type PlannedDocument, type Stage, checkBytes } from './check.js';
import type { FormerVersion } from './preview.difference.js';

/** The input of a thread: the document's path, and the port for its progress. */
export interface CheckTask {
  readonly path: string;
  /** Whether the plan is also required. */
  readonly plan: boolean;
  /** The version to compare the plan with. */
  readonly former?: FormerVersion;
  readonly stages: MessagePort;
}

/** The messages of a thread: first its id. */
export type TaskStage = { readonly threadId: number } | Stage;

/** How much the thread gives way to the one that answers requests: it gets a third of its share of a busy core. */
const NICENESS = 5;
const NICENESS_MAX = 19;

giveWay();

/** Linux gives each thread a priority of its own. */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(thread, Math.min(getPriority(thread) + NICENESS, NICENESS_MAX));
  } catch {
    // Not allowed here, so documents are checked at the same priority.
  }
}

/** The task of a thread. Only the small result leaves it, never the document itself. */
export default function check({ path, plan, former, stages }: CheckTask): PlannedDocument {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
  const report = (stage: TaskStage): void => stages.postMessage(stage);
  report({ threadId });
  const checked = checkBytes(readFileSync(path), report, former);
  return plan ? checked : { document: checked.document, plan: undefined };
}
