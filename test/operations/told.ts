import type { Problem } from '../../client/src/index.js';

interface Outcome<Data> {
  readonly data: Data;
  readonly error: unknown;
}

/** What a call of the client gave; throws the problem where there was one. */
export async function must<Data>(call: Promise<Outcome<Data>>): Promise<Exclude<Data, undefined>> {
  const { data, error } = await call;
  if (error !== undefined || data === undefined) throw new Error(JSON.stringify(error));
  return data as Exclude<Data, undefined>;
}

/** The problem that a call of the client ended with. */
export async function refused<Trouble extends Problem>(
  call: Promise<{ readonly data: unknown; readonly error: Trouble | undefined }>,
): Promise<Trouble> {
  const { data, error } = await call;
  if (error === undefined) throw new Error(`it was not refused: ${JSON.stringify(data)}`);
  return error;
}
