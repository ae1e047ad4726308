import type { ConnectionFailure, Problem } from '@connect-gateway/client';

/** Why a call failed, or was not made because something changed since the form was opened. */
export type Failure = Problem | ConnectionFailure | ChangedElsewhere;

/** Something was changed, here or elsewhere, since the form was opened; saving would undo that change. */
export interface ChangedElsewhere {
  readonly code: 'changed_elsewhere';
  readonly status: 409;
  readonly message: string;
  readonly fields: readonly never[];
  readonly messages: readonly never[];
}

/** An answer of the client: what was read, or why not. */
export interface Read<Thing> {
  readonly data?: Thing | undefined;
  readonly error?: Problem | ConnectionFailure | undefined;
}

/**
 * Reads something again before it is replaced. The platform has no conditional updates, so this is what keeps two people
 * from overwriting each other's changes without notice.
 * @param opened the thing as the form shows it
 * @param written the members that an update replaces
 */
export async function readBeforeSaving<Thing>(
  opened: Thing,
  written: (thing: Thing) => unknown,
  read: () => Promise<Read<Thing>>,
): Promise<Failure | undefined> {
  const { data, error } = await read();
  if (data === undefined) return error;
  if (JSON.stringify(written(data)) === JSON.stringify(written(opened))) return undefined;
  return {
    code: 'changed_elsewhere',
    status: 409,
    message: 'This was changed since you opened it. Your change is not saved.',
    fields: [],
    messages: [],
  };
}
