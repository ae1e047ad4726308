/**
 * Which requests can end in a problem:
 * `connection`: bytes that are no request yet; `routing`: a path or method that no operation has; `request`: any;
 * `origin`: operations that another site must not call; `session`: operations for signed-in callers; `path`, `query`,
 * `json`, `form`: operations that have path parameters, take a query, a JSON body, a form;
 * `key`: operations that take an `Idempotency-Key`; `keyed-body`: those of them with a body; `platform`: operations that the platform answers; `operation`:
 * operations that name the code in `@Problems()`; `event`: the last event of a stream; `health`: the health paths;
 * `proxy`: answers of the reverse proxy; `log`: log lines only.
 */
export type ProblemScope =
  | 'connection'
  | 'routing'
  | 'request'
  | 'origin'
  | 'session'
  | 'path'
  | 'query'
  | 'json'
  | 'form'
  | 'key'
  | 'keyed-body'
  | 'platform'
  | 'operation'
  | 'event'
  | 'health'
  | 'proxy'
  | 'log';

/** What is fixed about a kind of problem. */
export interface ProblemKind {
  readonly status: number;
  /** What happened, for people. Where the code that throws knows more, its own message takes the place of this one. */
  readonly message: string;
  /** What the caller can do about it. */
  readonly remedy: string;
  readonly on: readonly ProblemScope[];
}

const SIGN_IN = 'Send the browser to `loginUrl`, with `returnTo` set to the current path.';
const RETRY = 'Retry after the number of seconds in `Retry-After`.';
const CLIENT_BUG = 'Fix the client; the same request will fail again.';

/** Every problem that the gateway itself answers with, by its code. Codes are stable: clients compare them. */
export const PROBLEMS = {
  malformed_request: {
    status: 400,
    message: 'The request is not valid HTTP/1.1.',
    remedy: CLIENT_BUG,
    on: ['connection'],
  },
  headers_too_large: {
    status: 431,
    message: 'The header fields of the request are too large.',
    remedy: 'Send fewer or shorter header fields; look for large cookies of other applications on the same host.',
    on: ['request'],
  },
  expectation_failed: {
    status: 417,
    message: 'The gateway knows no expectation but 100-continue.',
    remedy: 'Send the request without the header `Expect`.',
    on: ['request'],
  },
  too_many_headers: {
    status: 431,
    message: 'The request has too many header fields.',
    remedy: 'Send at most 100 header fields.',
    on: ['request'],
  },
  target_too_long: {
    status: 414,
    message: 'The request target is too long.',
    remedy: 'Shorten the path or the query.',
    on: ['request'],
  },
  invalid_target: {
    status: 400,
    message:
      'The request target must be an absolute path without dot segments or a fragment, such as /api/connect/v1/categories.',
    remedy: CLIENT_BUG,
    on: ['request'],
  },
  invalid_host: {
    status: 400,
    message: 'The request must have exactly one Host header.',
    remedy: CLIENT_BUG,
    on: ['connection'],
  },
  misdirected_request: {
    status: 421,
    message: 'This gateway does not serve the requested host.',
    remedy: 'Use the host in `PUBLIC_URL`; behind a proxy, check that it forwards `Host`.',
    on: ['request'],
  },
  request_timeout: {
    status: 408,
    message: 'The request did not arrive in time.',
    remedy: 'Send it again on a new connection.',
    on: ['connection', 'json'],
  },
  route_not_found: {
    status: 404,
    message: 'There is no operation at this path; /docs lists all of them.',
    remedy: 'Check the path against the API document.',
    on: ['routing'],
  },
  method_not_allowed: {
    status: 405,
    message: 'This path does not support the method.',
    remedy: 'Use one of the methods in `Allow`.',
    on: ['routing'],
  },
  internal_error: {
    status: 500,
    message: 'The gateway failed; its log has the reason under this request id.',
    remedy: 'Report the `requestId` to the operators of the gateway.',
    on: ['request'],
  },
  cross_site_request: {
    status: 403,
    message: 'The request comes from another site.',
    remedy:
      'Call from a page of the same origin or of one in `ALLOWED_ORIGINS`; clients other than browsers send `X-CSRF: 1`.',
    on: ['origin'],
  },
  unauthenticated: {
    status: 401,
    message: 'Sign in first.',
    remedy: SIGN_IN,
    on: ['session'],
  },
  session_ended: {
    status: 401,
    message: 'Your session has ended; sign in again.',
    remedy: `${SIGN_IN} \`GET /auth/session\` says why it ended.`,
    on: ['session'],
  },
  reauthentication_required: {
    status: 401,
    message: 'Your session has ended; sign in again.',
    remedy: SIGN_IN,
    on: ['session'],
  },
  ambiguous_cookie: {
    status: 401,
    message: 'The request carries two session cookies; delete the cookies of this site, then sign in.',
    remedy: 'Ask the person to delete the cookies of this host; signing in does not help before that.',
    on: ['origin'],
  },
  session_store_unavailable: {
    status: 503,
    message: 'The session store is unavailable. You are still signed in; please retry.',
    remedy: RETRY,
    on: ['session', 'operation'],
  },
  identity_provider_unavailable: {
    status: 503,
    message: 'The identity provider is unavailable; please retry.',
    remedy: RETRY,
    on: ['session', 'operation'],
  },
  malformed_path: {
    status: 400,
    message: 'The path is not valid percent-encoded UTF-8.',
    remedy: 'Encode each path parameter with `encodeURIComponent`.',
    on: ['path'],
  },
  invalid_path_segment: {
    status: 400,
    message:
      'A path parameter is empty, "." or "..", too long, or contains a slash, a backslash or a control character.',
    remedy: CLIENT_BUG,
    on: ['log'],
  },
  malformed_query: {
    status: 400,
    message: 'The query is not valid percent-encoded UTF-8.',
    remedy: 'Encode the query with `URLSearchParams`.',
    on: ['query'],
  },
  invalid_request: {
    status: 400,
    message: 'The request is not valid.',
    remedy: 'Correct the members in `fields`; each entry names a member and what it must be.',
    on: ['path', 'query', 'json', 'form', 'platform'],
  },
  unsupported_media_type: {
    status: 415,
    message: 'Send the body as JSON: Content-Type: application/json.',
    remedy: 'Set `Content-Type` to a media type that the operation accepts.',
    on: ['json', 'form'],
  },
  unsupported_encoding: {
    status: 415,
    message: 'Send the body without a Content-Encoding.',
    remedy: 'Do not compress the body.',
    on: ['json'],
  },
  content_too_large: {
    status: 413,
    message: 'The body is too large.',
    remedy: 'Send less: 4 MiB of JSON, or a document of `IMPORT_MAX_BYTES`.',
    on: ['json', 'form'],
  },
  incomplete_body: {
    status: 400,
    message: 'The body ended before it was complete.',
    remedy: 'Send it again.',
    on: ['form'],
  },
  malformed_json: {
    status: 400,
    message: 'The body is not valid JSON.',
    remedy: 'Send UTF-8 JSON with each member at most once.',
    on: ['json', 'form'],
  },
  malformed_form: {
    status: 400,
    message: 'The body is not valid multipart/form-data (RFC 7578).',
    remedy: 'Send a `FormData` object and leave `Content-Type` to the browser.',
    on: ['form'],
  },
  upload_stalled: {
    status: 408,
    message: 'The upload stopped before it was complete.',
    remedy: 'Send the document again.',
    on: ['form'],
  },
  upload_not_stored: {
    status: 503,
    message: 'The document could not be stored; please retry later.',
    remedy: 'Retry later; the gateway has no disk space for uploads.',
    on: ['form'],
  },
  invalid_document: {
    status: 400,
    message: 'The document has errors that keep it from being imported.',
    remedy: 'Correct the document; `messages` has every error with its line.',
    on: ['operation'],
  },
  import_busy: {
    status: 503,
    message: 'Too many documents are being checked; please retry.',
    remedy: RETRY,
    on: ['form', 'operation'],
  },
  document_unreachable: {
    status: 502,
    message: 'The document could not be read; please retry later.',
    remedy: 'Check that the document has been uploaded to the URL, then retry.',
    on: ['operation'],
  },
  import_not_found: {
    status: 404,
    message: 'There is no import under this key; start one, or look for its result.',
    remedy: 'Start the import with this key, or look for the connector that it made.',
    on: ['event'],
  },
  import_abandoned: {
    status: 503,
    message: 'The import was cancelled before the platform was called; please retry.',
    remedy: 'Start the import again with the same key.',
    on: ['event'],
  },
  too_many_watchers: {
    status: 429,
    message: 'You have too many event streams open; close some of them.',
    remedy: RETRY,
    on: ['operation'],
  },
  invalid_idempotency_key: {
    status: 400,
    message: 'The Idempotency-Key is not valid.',
    remedy: 'Use a UUID: `crypto.randomUUID()`.',
    on: ['key'],
  },
  idempotency_key_reused: {
    status: 422,
    message: 'This Idempotency-Key was used for a different request; use a new key for each new request.',
    remedy: 'Use a new key.',
    on: ['keyed-body'],
  },
  idempotency_in_progress: {
    status: 409,
    message: 'The first request with this Idempotency-Key is still in progress.',
    remedy: `${RETRY} Keep the same key.`,
    on: ['key'],
  },
  idempotency_outcome_unknown: {
    status: 409,
    message:
      'The platform was called but did not answer; check whether it was created, and if not, retry with a new key.',
    remedy: 'Look whether it was created; if not, send the request again with a new key.',
    on: ['key'],
  },
  too_many_idempotency_keys: {
    status: 429,
    message: 'You have used as many idempotency keys as one person may in a day.',
    remedy: 'Retry later, or send the request without an `Idempotency-Key`.',
    on: ['key'],
  },
  idempotency_result_too_large: {
    status: 409,
    message:
      'It was created, but its answer was not kept for a repeat, being too large or beyond your share; read it instead.',
    remedy: 'Read what was created with a GET.',
    on: ['key'],
  },
  upstream_unauthorized: {
    status: 401,
    message: 'The platform does not accept your identity for this request.',
    remedy: 'Do not send the person to sign in: it would not help. Ask the administrators for access.',
    on: ['platform'],
  },
  too_many_bytes: {
    status: 429,
    message: 'Your requests in progress hold as many bytes as one person may; wait for some of them to end.',
    remedy: RETRY,
    on: ['json', 'form', 'key'],
  },
  gateway_busy: {
    status: 503,
    message: 'The gateway holds as many bodies as it can; please retry.',
    remedy: RETRY,
    on: ['json', 'form', 'key'],
  },
  too_many_calls: {
    status: 429,
    message: 'You have too many calls in progress; wait for some to end.',
    remedy: RETRY,
    on: ['platform'],
  },
  platform_busy: {
    status: 503,
    message: 'Too many calls are in progress; please retry.',
    remedy: RETRY,
    on: ['platform'],
  },
  platform_paused: {
    status: 503,
    message: 'The platform has been failing, and calls to it are paused; please retry.',
    remedy: RETRY,
    on: ['platform'],
  },
  platform_error: {
    status: 502,
    message: 'The platform failed to answer the request; please retry later.',
    remedy: 'Retry a read. Before repeating a write, check whether it took effect, or use an `Idempotency-Key`.',
    on: ['platform'],
  },
  platform_unavailable: {
    status: 502,
    message: 'The platform is unavailable; please retry later.',
    remedy: 'Retry later.',
    on: ['platform'],
  },
  platform_unreachable: {
    status: 502,
    message: 'The platform could not be reached; please retry later.',
    remedy: 'Retry later. Before repeating a write, check whether it took effect, or use an `Idempotency-Key`.',
    on: ['platform'],
  },
  platform_answer_invalid: {
    status: 502,
    message: 'The platform gave an answer that its contract does not allow.',
    remedy: 'Report the `requestId` to the operators of the gateway.',
    on: ['platform'],
  },
  platform_timeout: {
    status: 504,
    message: 'The platform did not answer in time; please retry later.',
    remedy: 'Retry a read. Before repeating a write, check whether it took effect, or use an `Idempotency-Key`.',
    on: ['platform'],
  },
  caller_gone: {
    status: 499,
    message: 'The client disconnected before the answer.',
    remedy: 'None: the answer reaches no one.',
    on: ['log'],
  },
  invalid_return_to: {
    status: 400,
    message: 'returnTo must be a path of this site.',
    remedy: 'Send a path that begins with one slash, such as `/orders?page=2`.',
    on: ['operation'],
  },
  login_attempt_unknown: {
    status: 400,
    message: 'This sign-in was not started in this browser, or too long ago; sign in again.',
    remedy: SIGN_IN,
    on: ['operation'],
  },
  login_code_invalid: {
    status: 400,
    message: 'This sign-in was already used or took too long; sign in again.',
    remedy: SIGN_IN,
    on: ['operation'],
  },
  login_refused: {
    status: 403,
    message: 'The identity provider did not sign you in; sign in again.',
    remedy: SIGN_IN,
    on: ['operation'],
  },
  login_failed: {
    status: 502,
    message: 'The identity provider gave an answer that cannot be used; sign in again.',
    remedy: `${SIGN_IN} If it happens again, report the \`requestId\` to the operators of the gateway.`,
    on: ['operation'],
  },
  login_required: {
    status: 403,
    message: 'The identity provider needs you to sign in.',
    remedy: `${SIGN_IN} Leave out \`prompt=none\`.`,
    on: ['operation'],
  },
  interaction_required: {
    status: 403,
    message: 'The identity provider needs your attention to sign you in.',
    remedy: `${SIGN_IN} Leave out \`prompt=none\`.`,
    on: ['operation'],
  },
  consent_required: {
    status: 403,
    message: 'The identity provider needs your consent to sign you in.',
    remedy: `${SIGN_IN} Leave out \`prompt=none\`.`,
    on: ['operation'],
  },
  account_selection_required: {
    status: 403,
    message: 'The identity provider needs you to choose an account.',
    remedy: `${SIGN_IN} Leave out \`prompt=none\`.`,
    on: ['operation'],
  },
  temporarily_unavailable: {
    status: 503,
    message: 'The identity provider cannot sign you in just now; please retry.',
    remedy: `${SIGN_IN} It may help to close other tabs with a sign-in under way.`,
    on: ['operation'],
  },
  server_error: {
    status: 502,
    message: 'The identity provider failed to sign you in; sign in again.',
    remedy: `${SIGN_IN} If it happens again, report the \`requestId\` to the operators of the gateway.`,
    on: ['operation'],
  },
  sign_ins_busy: {
    status: 503,
    message: 'Too many people are signing in; please retry.',
    remedy: RETRY,
    on: ['operation'],
  },
  prefetch_refused: {
    status: 403,
    message: 'A sign-in cannot be prefetched.',
    remedy: 'None: the browser asks again when the person follows the link.',
    on: ['operation'],
  },
  invalid_frontchannel_logout: {
    status: 400,
    message: 'A front-channel logout must name the issuer (iss) and the session (sid).',
    remedy: 'For identity providers: see OpenID Connect Front-Channel Logout 1.0, section 3, and send both.',
    on: ['operation'],
  },
  invalid_logout_token: {
    status: 400,
    message: 'The logout token is not valid.',
    remedy: 'For identity providers: see OpenID Connect Back-Channel Logout 1.0, section 2.6.',
    on: ['operation'],
  },
  session_not_found: {
    status: 404,
    message: 'You have no session with this id.',
    remedy: 'List your sessions again; this one may have ended.',
    on: ['operation'],
  },
  no_answer: {
    status: 502,
    message: 'No replica of the gateway answers; please retry later.',
    remedy: 'Before repeating a write, check whether it took effect. The log of the reverse proxy has the reason.',
    on: ['proxy'],
  },
  shutting_down: {
    status: 503,
    message: 'This replica is shutting down.',
    remedy: 'Send requests to another replica.',
    on: ['health'],
  },
  not_ready: {
    status: 503,
    message: 'A dependency of this replica does not answer yet.',
    remedy: 'Check the dependencies that `message` names.',
    on: ['health'],
  },
} as const satisfies Record<string, ProblemKind>;

/** The code of a problem of the gateway. */
export type ProblemCode = keyof typeof PROBLEMS;

/** The page that explains every problem, with an anchor for each code. */
export const PROBLEM_PAGE = '/docs/errors';

/**
 * The `type` of a problem (RFC 9457, section 3.1.1): a reference with a full path, the same on every deployment, that
 * leads to the gateway's own page about the code.
 */
export function problemType(code: string): string {
  return `${PROBLEM_PAGE}#${encodeURIComponent(code.toWellFormed())}`;
}
