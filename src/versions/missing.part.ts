import { Problem } from '../http/problem.js';
import { JsonError } from './json.list.js';
import { TimeOver, TooMuch } from './reading.js';

/** Something that could not be read, and why. */
export interface MissingPart {
  /** The name of the version that it belongs to. */
  readonly version: string;
  readonly part: 'version' | 'connector' | 'actions' | 'triggers' | 'definitions' | 'schema';
  /** The definition whose schema it is. */
  readonly name?: string;
  /** How many entries of the list were read. */
  readonly read?: number;
  /** How many entries the list has, as the platform says. */
  readonly total?: number;
  /** A stable word for programs: a problem's code, or one of a few of its own. */
  readonly code: string;
  /** A sentence for people. */
  readonly reason: string;
}

/** Why something could not be read. */
export type Reason = Pick<MissingPart, 'code' | 'reason'>;

const MAX_CODE = 64;
const MAX_REASON = 300;

/**
 * The reason for a missing part, by the failure of its call.
 * @throws the failure itself, where it concerns the whole request: the caller's identity, or the caller is gone
 */
export function reasonOf(failure: unknown): Reason {
  if (failure instanceof TimeOver) return { code: 'time_over', reason: failure.message };
  if (failure instanceof TooMuch) return { code: 'too_much', reason: failure.message };
  if (failure instanceof JsonError)
    return { code: 'platform_answer_invalid', reason: `The platform answered with ${failure.message}.` };
  if (!(failure instanceof Problem) || failure.status === 401 || failure.code === 'caller_gone') throw failure;
  return { code: failure.code.slice(0, MAX_CODE), reason: failure.message.slice(0, MAX_REASON) };
}
