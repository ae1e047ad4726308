import { http, HttpResponse, type HttpHandler } from 'msw';
import type { SessionEndReason } from './session-state.js';
import { type Example, EXAMPLES } from './generated/examples.gen.js';
import type { SessionAnswer } from './generated/index.js';

/** The name of an operation, which is the name of its function in this client. */
export type OperationName = keyof typeof EXAMPLES;

/** The problem to respond with; missing members are filled in. */
export interface ProblemExample {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
  readonly fields?: readonly { readonly field: string; readonly message: string }[];
  readonly loginUrl?: string;
}

/** The person who is signed in by default. */
export const DEMO_SESSION: SessionAnswer = {
  authenticated: true,
  user: { sub: 'person-demo', name: 'Demo Person', email: 'demo@example.com' },
  expiresAt: '2126-11-02T21:30:00Z',
  idleExpiresAt: '2126-11-02T21:30:00Z',
};

const LOGIN_URL = '/auth/login';
const API = '*/api/connect/v1/*';
const PROBLEM_JSON = { 'Content-Type': 'application/problem+json' };

/**
 * Handlers for Mock Service Worker: each operation responds with an example of the API document. Created and changed
 * objects have the values that were sent.
 * @example const server = setupServer(...handlers());
 */
export function handlers(session: SessionAnswer = DEMO_SESSION): HttpHandler[] {
  return [...sessionHandlers(session), importProgress(), ...Object.values<Example>(EXAMPLES).map(answerOf)];
}

/** Makes one operation fail. @example server.use(failing('createConnectorVersion', { status: 409, code: 'version_exists' })); */
export function failing(operation: OperationName, problem: ProblemExample): HttpHandler {
  const { method, path } = EXAMPLES[operation];
  return http[method](urlOf(path), () => problemResponse(problem));
}

/** Makes one operation fail without a response, as when the network fails. */
export function unreachable(operation: OperationName): HttpHandler {
  const { method, path } = EXAMPLES[operation];
  return http[method](urlOf(path), () => HttpResponse.error());
}

/** No person is signed in; with a reason, the session has ended. @example server.use(...signedOut('idle')); */
export function signedOut(reason?: SessionEndReason): HttpHandler[] {
  const code = reason === undefined ? 'unauthenticated' : 'session_ended';
  const refuse = (): Response => problemResponse({ status: 401, code, message: 'Sign in.', loginUrl: LOGIN_URL });
  const answer = { authenticated: false, loginUrl: LOGIN_URL, ...(reason !== undefined && { reason }) };
  return [...sessionHandlers(answer), http.all(API, refuse)];
}

function sessionHandlers(session: SessionAnswer): HttpHandler[] {
  return [
    http.get('*/auth/session', () => HttpResponse.json(session)),
    // An EventSource does not reconnect after this response.
    http.get('*/auth/events', () => new HttpResponse(null, { status: 204 })),
    http.post('*/auth/logout', () => HttpResponse.json({ logoutUrl: '/' })),
  ];
}

/** An import runs through its stages immediately. */
function importProgress(): HttpHandler {
  const events = [
    ['progress', { stage: 'received', bytes: 100, of: 100 }],
    ['progress', { stage: 'checked' }],
    ['progress', { stage: 'sent' }],
    ['progress', { stage: 'created' }],
    ['result', { status: 201, body: EXAMPLES.importHTTPConnector.body }],
  ] as const;
  const text = events
    .map(([name, data], id) => `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
    .join('');
  return http.get('*/api/connect/v1/o/:organisation_id/imports/:key/progress', () =>
    HttpResponse.text(text, { headers: { 'Content-Type': 'text/event-stream' } }),
  );
}

function answerOf({ method, path, status, body }: Example): HttpHandler {
  return http[method](urlOf(path), async ({ request }) => {
    if (body === undefined) return new HttpResponse(null, { status });
    const sent: unknown = method === 'get' ? undefined : await request.json().catch(() => undefined);
    return HttpResponse.json(withSent(body, sent) as object, { status });
  });
}

/** The example with the values of a request for those members that have the same type. */
function withSent(example: unknown, sent: unknown): unknown {
  if (!isObject(example) || !isObject(sent)) return example;
  const taken = Object.entries(sent).filter(([name, value]) => typeof example[name] === typeof value);
  return { ...example, ...Object.fromEntries(taken) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemResponse({ status, code, message = code, fields = [], loginUrl }: ProblemExample): Response {
  const problem = {
    type: `urn:problem-type:connect-gateway:${code}`,
    title: code,
    status,
    detail: message,
    instance: '/',
    code,
    message,
    fields,
    details: '',
    messages: [{ text: message, severity: 'error', detail: [] }],
    requestId: 'testing',
    ...(loginUrl !== undefined && { loginUrl }),
  };
  return new Response(JSON.stringify(problem), { status, headers: PROBLEM_JSON });
}

/** Matches any origin, so that the handlers work in a page and in Node. */
function urlOf(path: string): string {
  return `*${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
}
