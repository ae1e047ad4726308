import { type StreamEvent, readEvents } from './event-stream.js';
import { ConnectionFailure, isProblem } from './failure.js';
import { client as usualClient } from './generated/client.gen.js';
import type { Client } from './generated/client/index.js';
import type { ImportHTTPConnectorResult, Problem } from './generated/index.js';
import { pause } from './pause.js';

/** The progress of an import. */
export interface ImportProgress {
  readonly type: 'progress';
  readonly stage: 'received' | 'parsed' | 'checked' | 'sent' | 'created';
  /** With `received`: how much of the document has arrived. */
  readonly bytes?: number;
  /** With `received`: the size of the document. */
  readonly of?: number;
}

/** The result of an import; the last event. */
export interface ImportResult {
  readonly type: 'result';
  readonly status: number;
  readonly body: ImportHTTPConnectorResult;
}

/** Why an import, or watching it, failed; the last event. */
export interface ImportProblem {
  readonly type: 'problem';
  readonly problem: Problem | ConnectionFailure;
}

/** One event of a watched import. */
export type ImportEvent = ImportProgress | ImportResult | ImportProblem;

/** Which import to watch. */
export interface WatchImportOptions {
  readonly path: { readonly organisation_id: string; readonly idempotency_key: string };
  readonly client?: Client;
  readonly signal?: AbortSignal;
}

const URL = '/api/connect/v1/o/{organisation_id}/imports/{idempotency_key}/progress';
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** Consecutive connections without an event; about half a minute. */
const MAX_FAILURES = 6;

/**
 * The events of an import that was sent with an `Idempotency-Key`, up to its result or problem. A lost connection is
 * resumed from the last event. A client error (4xx) is the last event; so is a gateway that is unreachable for half a
 * minute. Ends without a last event when the signal is aborted.
 */
export async function* watchImport(options: WatchImportOptions): AsyncGenerator<ImportEvent, void, undefined> {
  let lastId = '';
  for (let failures = 0; options.signal?.aborted !== true; failures += 1) {
    const { body, error } = await connect(options, lastId);
    if (error !== undefined && (isRefusal(error) || failures >= MAX_FAILURES)) {
      if (!isAborted(error)) yield { type: 'problem', problem: error };
      return;
    }
    // The gateway's response to a client that reconnects after the last event.
    if (error === undefined && body === undefined) return;
    for await (const event of body === undefined ? [] : eventsOf(body)) {
      const read = eventOf(event);
      lastId = event.id;
      failures = 0;
      if (read !== undefined) yield read;
      if (read !== undefined && read.type !== 'progress') return;
    }
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures), options.signal);
  }
}

interface Connection {
  readonly body?: ReadableStream<Uint8Array> | undefined;
  readonly error?: Problem | ConnectionFailure | undefined;
}

async function connect(
  { path, signal, client = usualClient }: WatchImportOptions,
  lastId: string,
): Promise<Connection> {
  const headers = { Accept: 'text/event-stream', ...(lastId !== '' && { 'Last-Event-ID': lastId }) };
  const options = { url: URL, path: { ...path }, headers, parseAs: 'stream' as const, ...(signal && { signal }) };
  const { data, error, response } = await client.get<{ 200: ReadableStream<Uint8Array> }, { default: Problem }>(
    options,
  );
  return error === undefined ? { body: response?.status === 200 ? data : undefined } : { error };
}

/** A stream that breaks off ends; the next connection shows whether there is an error. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent, void, undefined> {
  try {
    yield* readEvents(body);
  } catch {
    // Resumed by the caller.
  }
}

function eventOf({ event, data }: StreamEvent): ImportEvent | undefined {
  const content = JSON.parse(data) as object;
  if (event === 'progress') return { ...content, type: event } as ImportProgress;
  if (event === 'result') return { ...content, type: event } as ImportResult;
  return event === 'problem' ? { type: event, problem: content as Problem } : undefined;
}

/** A 429 says when to retry; every other 4xx is final. */
function isRefusal(error: Problem | ConnectionFailure): boolean {
  if (isAborted(error)) return true;
  return isProblem(error) && error.status >= 400 && error.status < 500 && error.status !== 429;
}

function isAborted(error: Problem | ConnectionFailure): boolean {
  return error instanceof ConnectionFailure && error.code === 'aborted';
}
