import { errors } from 'undici';
import { Problem, type ProblemExtras, type ProblemField, type ProblemMessage } from '../http/problem.js';
import { CallerGone, type UpstreamError, TotalTimeout, UnexpectedAnswer } from './answer.reader.js';

const SEVERITIES = ['info', 'warning', 'error'] as const;

/** What an error of the platform says, as the contract's `Error` and its extensions. */
type ErrorBody = Record<string, unknown>;

/**
 * A problem for an answer of the platform that is not a success: a 4xx keeps its status and everything it says, since
 * it speaks to the caller; a 5xx becomes a 502 without its text, since it speaks of the platform's insides.
 */
export function problemOfRefusal(refusal: UpstreamError, token: string): Problem {
  const { status } = refusal;
  if (status >= 500) {
    return new Problem(502, codeOfRefusal(status), 'The platform failed to answer the request; try again later.');
  }
  const said = parseError(refusal, token);
  const code = textOf(said['code']) ?? (status === 401 ? 'upstream_unauthorized' : `platform_${status}`);
  const message = textOf(said['message']) ?? `The platform refused the request with status ${status}.`;
  if (status === 401)
    return new Problem(401, 'upstream_unauthorized', 'The platform does not accept your identity for this request.', {
      details: message,
    });
  return new Problem(status, code, message, extrasOf(said, refusal.retryAfter));
}

/** The gateway's word for an answer that is not a success: what the platform itself says of a 4xx is endless. */
export function codeOfRefusal(status: number): string {
  if (status < 500) return 'refused';
  return status === 500 ? 'platform_error' : 'platform_unavailable';
}

/** A problem for a call that got no whole answer. */
export function problemOfFailure(cause: unknown): Problem {
  if (cause instanceof CallerGone) return new Problem(499, 'caller_gone', 'The caller went away.', { cause });
  if (cause instanceof UnexpectedAnswer)
    return new Problem(502, 'platform_answer_invalid', 'The platform gave an answer that its contract does not know.', {
      cause,
    });
  if (isTimeout(cause))
    return new Problem(504, 'platform_timeout', 'The platform did not answer in time; try again later.', { cause });
  return new Problem(502, 'platform_unreachable', 'The platform could not be reached; try again later.', { cause });
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
    const parsed: unknown = JSON.parse(refusal.body.toString('utf8').replaceAll(token, '[redacted]'));
    return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? (parsed as ErrorBody) : {};
  } catch {
    return {};
  }
}

/** Where to sign in is the gateway's to say: a frontend goes there. */
function extrasOf(said: ErrorBody, retryAfter: string | undefined): ProblemExtras {
  const { code: _code, message: _message, loginUrl: _loginUrl, fields, details, messages, ...members } = said;
  const shown = listOf(messages, hasText).map(messageOf);
  return {
    fields: listOf(fields, isField),
    details: textOf(details) ?? '',
    messages: shown.length > 0 ? shown : undefined,
    headers: retryAfter === undefined ? undefined : { 'Retry-After': retryAfter },
    members,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function listOf<T>(value: unknown, is: (entry: unknown) => entry is T): T[] {
  return Array.isArray(value) ? value.filter(is) : [];
}

function isField(entry: unknown): entry is ProblemField {
  const { field, message } = (entry ?? {}) as Partial<ProblemField>;
  return typeof field === 'string' && typeof message === 'string';
}

function hasText(entry: unknown): entry is { readonly text: string } {
  return textOf((entry as { text?: unknown } | null)?.text) !== undefined;
}

/** As the contract has it, so that a frontend can show it: what it lacks or has wrongly is made up for or left out. */
function messageOf(entry: { readonly text: string; severity?: unknown; detail?: unknown }): ProblemMessage {
  const { severity, detail, ...message } = entry;
  const known = SEVERITIES.find((word) => word === severity) ?? 'error';
  return { ...message, severity: known, ...(Array.isArray(detail) && { detail: listOf(detail, isText) }) };
}

function isText(entry: unknown): entry is string {
  return typeof entry === 'string';
}
