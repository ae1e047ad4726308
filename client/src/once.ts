import { failureOf, isProblem } from './failure.js';
import { pause } from './pause.js';

/** The result of a call of this client, as far as retrying depends on it. */
interface Outcome {
  readonly error?: unknown;
  readonly response?: Response;
}

/** The header that makes a call idempotent. */
export type KeyHeader = { 'Idempotency-Key': string };

/** Options of `once`. */
export interface OnceOptions {
  /** The key; by default a new one. Set it to continue an earlier attempt, for instance after a reload of the page. */
  readonly key?: string;
  /** Stops the retries. Pass it to the call too, to abort the call. */
  readonly signal?: AbortSignal;
  /** How long a call without a clear outcome is retried; by default two minutes. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 120_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** An upstream failure is retried once: either the platform was not reached, or the retry reports an unknown outcome. */
const GATEWAY_ERRORS = new Set([502, 504]);

/**
 * Makes a call take effect once, although it may be sent several times: adds an `Idempotency-Key`, and retries it
 * with the same key while the network fails or the gateway asks to retry.
 * @example const { data, error } = await once((headers) => createConnectorVersion({ path, body, headers }));
 */
export async function once<Result extends Outcome>(
  send: (headers: KeyHeader) => Promise<Result>,
  { key = newKey(), signal, patienceMs = PATIENCE_MS }: OnceOptions = {},
): Promise<Result> {
  const deadline = Date.now() + patienceMs;
  let upstreamFailures = 0;
  for (let attempt = 0; ; attempt += 1) {
    const settled = await settle(send, { 'Idempotency-Key': key });
    const { error, response } = settled.outcome;
    if (response !== undefined && GATEWAY_ERRORS.has(response.status)) upstreamFailures += 1;
    const pauseMs = pauseBefore(attempt, response);
    const isOver = signal?.aborted === true || Date.now() + pauseMs > deadline || upstreamFailures > 1;
    if (isOver || !isWorthRepeating(error, response)) return settled.finish();
    await pause(pauseMs, signal);
  }
}

/** A unique key: 122 random bits. */
export function newKey(): string {
  // randomUUID is missing on pages that are not served over TLS or from localhost.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One attempt, whether the client resolves with failures or throws them (`throwOnError`). */
async function settle<Result extends Outcome>(
  send: (headers: KeyHeader) => Promise<Result>,
  headers: KeyHeader,
): Promise<{ outcome: Outcome; finish: () => Result }> {
  try {
    const outcome = await send(headers);
    return { outcome, finish: () => outcome };
  } catch (error) {
    const finish = (): never => {
      throw error;
    };
    return { outcome: { error: failureOf(error, undefined) }, finish };
  }
}

/** Either nothing was done, or a retry with the same key finds out what was. */
function isWorthRepeating(error: unknown, response: Response | undefined): boolean {
  if (error === undefined || error === null) return false;
  const { code, status } = error as { code?: unknown; status?: unknown };
  if (code === 'network_failed' || code === 'answer_unreadable' || code === 'idempotency_in_progress') return true;
  const answered = response?.status ?? (isProblem(error) ? Number(status) : 0);
  return answered === 429 || answered === 503 || GATEWAY_ERRORS.has(answered);
}

function pauseBefore(attempt: number, response: Response | undefined): number {
  const asked = Number(response?.headers.get('Retry-After') ?? 0) * 1000;
  const backoff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  return Math.max(Number.isFinite(asked) ? asked : 0, backoff * (0.5 + Math.random() / 2));
}
