import type { ServerSentEvent } from '../../http/event.stream.js';
import { type Occurrence, Problem } from '../../http/problem.js';
import { outcomeUnknown, resultTooLarge } from '../../idempotency/idempotency.problems.js';
import type { StoredResult } from '../../idempotency/idempotency.record.js';

/** An event of an import; a reconnecting client sends the id of the last one it received. */
export interface ProgressEvent extends ServerSentEvent {
  readonly id: string;
  readonly event: 'progress' | 'result' | 'problem';
}

const END = 'end';

/** Whether the event with this id was the last one of its stream. */
export function isLastId(id: string): boolean {
  return id === END || id.endsWith(`.${END}`);
}

/** The progress after the event with the id `seen`. Ids start with the lease holder; other ids are ignored. */
export function* newEvents({ holder, record }: StoredResult, seen: string): Generator<ProgressEvent> {
  const [of, count] = seen.split('.');
  const last = of === holder ? Number(count) : 0;
  for (const { id, ...progress } of record.progress)
    if (id > last) yield { id: `${holder}.${id}`, event: 'progress', data: JSON.stringify(progress) };
}

/** The result of an import, or its failure; undefined while it is in progress. */
export async function lastEvent(kept: StoredResult, at: Occurrence): Promise<ProgressEvent | undefined> {
  const { state, holder, record } = kept;
  if (kept.isUnderWay) return undefined;
  const id = `${holder}.${END}`;
  if (state === 'done') {
    const { status, body } = await kept.answer();
    return { id, event: 'result', data: `{"status":${status},"body":${body.toString('utf8') || 'null'}}` };
  }
  if (state === 'oversized') return problemEvent(resultTooLarge(), at, id);
  if (record.problem !== undefined) return { id, event: 'problem', data: JSON.stringify(record.problem) };
  return problemEvent(state === 'unknown' ? outcomeUnknown() : abandoned(), at, id);
}

/** A problem as the last event of a stream. */
export function problemEvent(problem: Problem, at: Occurrence, id = END): ProgressEvent {
  return { id, event: 'problem', data: JSON.stringify(problem.toBody(at)) };
}

function abandoned(): Problem {
  return new Problem('import_abandoned');
}
