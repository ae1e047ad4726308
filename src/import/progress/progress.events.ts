import { type Occurrence, Problem } from '../../http/problem.js';
import { outcomeUnknown, resultTooLarge } from '../../idempotency/idempotency.problems.js';
import type { StoredResult } from '../../idempotency/idempotency.record.js';

/** One event of a stream (HTML Living Standard, section 9.2). */
export interface ProgressEvent {
  readonly id: string;
  readonly name: 'progress' | 'result' | 'problem';
  /** JSON. */
  readonly data: string;
}

const END = 'end';

/** Whether the event with this id was the last one of its stream. */
export function isLastId(id: string): boolean {
  return id === END || id.endsWith(`.${END}`);
}

/** What a claim says beyond the event with the id `seen`. Ids begin with their claim's, so that another's count for nothing. */
export function* newEvents({ holder, record }: StoredResult, seen: string): Generator<ProgressEvent> {
  const [of, count] = seen.split('.');
  const told = of === holder ? Number(count) : 0;
  for (const { id, ...progress } of record.progress)
    if (id > told) yield { id: `${holder}.${id}`, name: 'progress', data: JSON.stringify(progress) };
}

/** What a claim has come to; undefined while it is under way. */
export async function lastEvent(kept: StoredResult, at: Occurrence): Promise<ProgressEvent | undefined> {
  const { state, holder, record } = kept;
  if (kept.isUnderWay) return undefined;
  const id = `${holder}.${END}`;
  if (state === 'done') {
    const { status, body } = await kept.answer();
    return { id, name: 'result', data: `{"status":${status},"body":${body.toString('utf8') || 'null'}}` };
  }
  if (state === 'oversized') return problemEvent(resultTooLarge(), at, id);
  if (record.problem !== undefined) return { id, name: 'problem', data: JSON.stringify(record.problem) };
  return problemEvent(state === 'unknown' ? outcomeUnknown() : abandoned(), at, id);
}

/** A problem as the last event of a stream. */
export function problemEvent(problem: Problem, at: Occurrence, id = END): ProgressEvent {
  return { id, name: 'problem', data: JSON.stringify(problem.toBody(at)) };
}

/** The event as it is sent. JSON that somebody else wrote may have lines; each of them is data. */
export function writeEvent({ id, name, data }: ProgressEvent): string {
  return `id: ${id}\nevent: ${name}\ndata: ${data.replaceAll(/\r\n?|\n/g, '\ndata: ')}\n\n`;
}

function abandoned(): Problem {
  return new Problem('import_abandoned');
}
