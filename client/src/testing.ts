import { http, HttpResponse, type HttpHandler } from 'msw';
import type { SessionEndReason } from './session-state.js';
import { type Example, EXAMPLES } from './generated/examples.gen.js';
import type { SessionAnswer } from './generated/index.js';

/** The name of an operation, as the function of this client that calls it. */
export type OperationName = keyof typeof EXAMPLES;

/** A problem to answer with; what is left out is made up. */
export interface ProblemExample {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
  readonly fields?: readonly { readonly field: string; readonly message: string }[];
  readonly loginUrl?: string;
}

/** Who is signed in unless a test says otherwise. */
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
 * Handlers for Mock Service Worker: each operation answers with an example of the API document. What is created or changed
 * has the values that were sent.
 * @example const server = setupServer(...handlers());
 */
export function handlers(session: SessionAnswer = DEMO_SESSION): HttpHandler[] {
  return [...sessionHandlers(session), importProgress(), ...Object.values<Example>(EXAMPLES).map(answerOf)];
}

/** One operation fails. @example server.use(failing('createConnectorVersion', { status: 409, code: 'version_exists' })); */
export function failing(operation: OperationName, problem: ProblemExample): HttpHandler {
  const { method, path } = EXAMPLES[operation];
  return http[method](urlOf(path), () => problemResponse(problem));
}

/** One operation gets no answer, as when the network fails. */
export function unreachable(operation: OperationName): HttpHandler {
  const { method, path } = EXAMPLES[operation];
  return http[method](urlOf(path), () => HttpResponse.error());
}

/** Nobody is signed in: never, or not any more where a reason is given. @example server.use(...signedOut('idle')); */
export function signedOut(reason?: SessionEndReason): HttpHandler[] {
  const code = reason === undefined ? 'unauthenticated' : 'session_ended';
  const refuse = (): Response => problemResponse({ status: 401, code, message: 'Sign in.', loginUrl: LOGIN_URL });
  const answer = { authenticated: false, loginUrl: LOGIN_URL, ...(reason !== undefined && { reason }) };
  return [...sessionHandlers(answer), http.all(API, refuse)];
}

function sessionHandlers(session: SessionAnswer): HttpHandler[] {
  return [
    http.get('*/auth/session', () => HttpResponse.json(session)),
    // An EventSource that gets this does not come back.
    http.get('*/auth/events', () => new HttpResponse(null, { status: 204 })),
    http.post('*/auth/logout', () => HttpResponse.json({ logoutUrl: '/' })),
  ];
}

/** An import runs through its stages at once. */
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

/** The example with those values of a request that it has members of the same type for. */
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

/** Any origin, so that the handlers serve a page and a test in Node alike. */
function urlOf(path: string): string {
  return `*${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
}
