import { Problem } from '../http/problem.js';
import { JsonError } from './json.list.js';
import { TimeOver, TooMuch } from './reading.js';

/** A part that could not be read, and why. */
export interface MissingPart {
  /** The version that it belongs to. */
  readonly version: string;
  readonly part: 'version' | 'connector' | 'actions' | 'triggers' | 'definitions' | 'schema';
  /** The definition of a missing schema. */
  readonly name?: string;
  /** How many entries of the list were read. */
  readonly read?: number;
  /** How many entries the list has, according to the platform. */
  readonly total?: number;
  /** A stable code for programs: a problem's code, or one of a few others. */
  readonly code: string;
  /** A sentence for people. */
  readonly reason: string;
}

/** Why a part could not be read. */
export type Reason = Pick<MissingPart, 'code' | 'reason'>;

const MAX_CODE = 64;
const MAX_REASON = 300;

/**
 * The reason for a missing part, from the error of its call.
 * @throws the error itself if it concerns the whole request: the caller's identity, or the caller has disconnected
 */
export function reasonOf(failure: unknown): Reason {
  if (failure instanceof TimeOver) return { code: 'time_over', reason: failure.message };
  if (failure instanceof TooMuch) return { code: 'too_much', reason: failure.message };
  if (failure instanceof JsonError)
    return { code: 'platform_answer_invalid', reason: `The platform answered with ${failure.message}.` };
  if (!(failure instanceof Problem) || failure.status === 401 || failure.code === 'caller_gone') throw failure;
  return { code: failure.code.slice(0, MAX_CODE), reason: failure.message.slice(0, MAX_REASON) };
}
