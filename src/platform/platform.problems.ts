import { errors } from 'undici';
import { Problem, type ProblemExtras, type ProblemField, type ProblemMessage } from '../http/problem.js';
import { CallerGone, type UpstreamError, TotalTimeout, UnexpectedAnswer } from './answer.reader.js';

const SEVERITIES = ['info', 'warning', 'error'] as const;

/** What an error of the platform says, as the contract's `Error` and its extensions. */
type ErrorBody = Record<string, unknown>;

/** An error of the platform, passed on with the status and the code that the platform chose. */
export class PlatformProblem extends Problem {
  constructor(
    override readonly status: number,
    override readonly code: string,
    extras: ProblemExtras,
  ) {
    super('platform_error', extras);
  }
}

/**
 * The problem for an error answer of the platform. A 4xx is meant for the caller and passed on whole; a 5xx becomes a
 * 502 without its text, which could reveal the platform's internals.
 */
export function problemOfRefusal(refusal: UpstreamError, token: string): Problem {
  const { status } = refusal;
  if (status >= 500) return new Problem(codeOfServerError(status), { headers: retryAfterOf(refusal) });
  const body = parseError(refusal, token);
  const message = stringOf(body['message']) ?? `The platform refused the request with status ${status}.`;
  if (status === 401) return new Problem('upstream_unauthorized', { details: message });
  const code = stringOf(body['code']) ?? `platform_${status}`;
  return new PlatformProblem(status, code, { ...extrasOf(body, refusal), message });
}

/** The outcome of a call with an error answer, for metrics: the platform's own codes for a 4xx are unlimited. */
export function outcomeOfRefusal(status: number): string {
  return status < 500 ? 'refused' : codeOfServerError(status);
}

function codeOfServerError(status: number): 'platform_error' | 'platform_unavailable' {
  return status === 500 ? 'platform_error' : 'platform_unavailable';
}

/** A problem for a call that got no whole answer. */
export function problemOfFailure(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  if (cause instanceof CallerGone) return new Problem('caller_gone', { cause });
  if (cause instanceof UnexpectedAnswer) return new Problem('platform_answer_invalid', { cause });
  if (isTimeout(cause)) return new Problem('platform_timeout', { cause });
  return new Problem('platform_unreachable', { cause });
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof TotalTimeout ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError
  );
}

/** An error that quotes the caller's token back must not carry it to a browser. */
function parseError(refusal: UpstreamError, token: string): ErrorBody {
  try {
    const parsed: unknown = JSON.parse(refusal.body.toString('utf8').replaceAll(token, '[redacted]'), keepNumber);
    return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? (parsed as ErrorBody) : {};
  } catch {
    return {};
  }
}

/** A number that a double cannot hold, such as an id above 2^53, stays as the platform wrote it. */
function keepNumber(_name: string, value: unknown, { source }: { source?: string } = {}): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? rawJson(source) : value;
}

/** ECMAScript's `JSON.rawJSON`, which TypeScript's library does not know yet. */
const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/** `loginUrl` is left out: only the gateway says where to sign in. */
function extrasOf(body: ErrorBody, refusal: UpstreamError): ProblemExtras {
  const { code: _code, message: _message, loginUrl: _loginUrl, fields, details, messages, ...members } = body;
  const shown = listOf(messages, hasMessage).map(messageOf);
  return {
    fields: listOf(fields, isField),
    details: stringOf(details) ?? '',
    messages: shown.length > 0 ? shown : undefined,
    headers: retryAfterOf(refusal),
    members,
  };
}

function retryAfterOf({ retryAfter }: UpstreamError): Record<string, string> | undefined {
  return retryAfter === undefined ? undefined : { 'Retry-After': retryAfter };
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function listOf<T>(value: unknown, is: (entry: unknown) => entry is T): T[] {
  return Array.isArray(value) ? value.filter(is) : [];
}

function isField(entry: unknown): entry is ProblemField {
  const { field, message } = (entry ?? {}) as Partial<ProblemField>;
  return typeof field === 'string' && typeof message === 'string';
}

function hasMessage(entry: unknown): entry is { readonly text: string } {
  return stringOf((entry as { text?: unknown } | null)?.text) !== undefined;
}

/** A message as in the contract; members that are missing or have the wrong type are replaced or left out. */
function messageOf(entry: { readonly text: string; severity?: unknown; detail?: unknown }): ProblemMessage {
  const { severity, detail, ...message } = entry;
  const known = SEVERITIES.find((word) => word === severity) ?? 'error';
  return { ...message, severity: known, ...(Array.isArray(detail) && { detail: listOf(detail, isString) }) };
}

function isString(entry: unknown): entry is string {
  return typeof entry === 'string';
}
