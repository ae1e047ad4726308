import { ConnectionFailure, type Problem } from '@connect-gateway/client';

interface Outcome<Data> {
  readonly data: Data;
  readonly error: unknown;
}

/** The data of a client call; throws the problem if it failed. */
export async function must<Data>(call: Promise<Outcome<Data>>): Promise<Exclude<Data, undefined>> {
  const { data, error } = await call;
  if (error !== undefined || data === undefined) throw new Error(JSON.stringify(error));
  return data as Exclude<Data, undefined>;
}

/** The problem of a failed client call. */
export async function refused<Failure extends Problem | ConnectionFailure>(
  call: Promise<{ readonly data: unknown; readonly error: Failure | undefined }>,
): Promise<Exclude<Failure, ConnectionFailure>> {
  const { data, error } = await call;
  if (error === undefined) throw new Error(`it was not refused: ${JSON.stringify(data)}`);
  if (error instanceof ConnectionFailure) throw error;
  return error as Exclude<Failure, ConnectionFailure>;
}
