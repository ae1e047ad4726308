/** The kinds of things that are compared. */
export type SubjectKind = 'action' | 'trigger' | 'definition';

/** One difference within a subject. */
export interface ChangeDetail {
  /** The member that differs, such as `parameters`, `requestBody`, `responses` or `schema`. */
  readonly in: string;
  readonly breaking: boolean;
  /** A sentence for people that says what differs and, for a breaking change, why. */
  readonly text: string;
}

/** A subject that was added, removed or changed. */
export interface Change {
  readonly subject: { readonly kind: SubjectKind; readonly name: string };
  readonly change: 'added' | 'removed' | 'changed';
  /** Its former name, if it was renamed. */
  readonly formerName?: string;
  /** The members that differ. */
  readonly in?: readonly string[];
  /** Whether users of the former version may stop working with the new one. */
  readonly breaking: boolean;
  /** A summary for people. */
  readonly text: string;
  /** Every single difference, breaking ones first; at most `MAX_DETAILS`. */
  readonly details?: readonly ChangeDetail[];
}

/** How two versions differ. */
export interface Difference {
  readonly changes: readonly Change[];
  /** Subjects that are equal in both versions. */
  readonly unchanged: number;
  /** Definitions in both versions that could not be compared, because a schema is not known. */
  readonly uncompared: readonly string[];
}

/** Maximum number of details per subject. */
export const MAX_DETAILS = 20;
/** How many details the summary names. */
const NAMED = 3;

/** The change of a subject that is in both versions; undefined if nothing differs. */
export function changeOf(subject: Change['subject'], found: readonly ChangeDetail[]): Change | undefined {
  if (found.length === 0) return undefined;
  const details = [...found.filter(({ breaking }) => breaking), ...found.filter(({ breaking }) => !breaking)];
  const more = details.length - NAMED;
  const named = details.slice(0, NAMED).map(({ text }) => text);
  return {
    subject,
    change: 'changed',
    in: [...new Set(found.map(({ in: member }) => member))],
    breaking: details[0]?.breaking === true,
    text: [...named, ...(more > 0 ? [`And ${more} more.`] : [])].join(' '),
    details: details.slice(0, MAX_DETAILS),
  };
}
