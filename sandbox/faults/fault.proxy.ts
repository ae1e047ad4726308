import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, FAULT_HEADER, faultOf, FaultPlan, FAULTS } from './fault.plan.js';

const SLOW_MS = 3_000;
const MAX_TIMES = 1_000;
const CONTROL_PATH = '/sandbox/faults';

/** The addresses of the proxy and of the gateway behind it. */
export interface FaultProxyOptions {
  readonly host: string;
  readonly port: number;
  readonly gatewayPort: number;
}

/**
 * A proxy in front of the sandbox's gateway that makes requests fail on demand, for frontend tests. `lost` and
 * `ended` really happen; `503`, `429` and `unknown` are responses that the gateway gives for a real cause, sent
 * here without the cause. All other requests pass unchanged.
 */
export class FaultProxy {
  private readonly plan = new FaultPlan();
  private readonly server: Server;

  constructor(private readonly options: FaultProxyOptions) {
    this.server = createServer((req, res) => void this.answer(req, res));
  }

  async listen(): Promise<void> {
    this.server.listen(this.options.port, this.options.host);
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://sandbox');
    if (url.pathname === CONTROL_PATH) return this.control(req, res, url.searchParams);
    const isApi = url.pathname.startsWith('/api/');
    const fault = isApi ? this.plan.take(url.pathname, req.headers[FAULT_HEADER]) : undefined;
    if (fault === 'slow') await sleep(SLOW_MS);
    if (fault === 'ended') await this.endSession(req);
    if (fault === '503' || fault === '429' || fault === 'unknown') return refuse(req, res, fault);
    return this.pass(req, res, fault === 'lost');
  }

  /** `POST ?fault=503&path=/api/&times=2` arms, `DELETE` clears. */
  private control(req: IncomingMessage, res: ServerResponse, query: URLSearchParams): void {
    const fault = faultOf(query.get('fault'));
    const times = Number(query.get('times') ?? 1);
    if (req.method === 'DELETE') this.plan.clear();
    else if (req.method === 'POST' && fault !== undefined && times >= 1 && times <= MAX_TIMES)
      this.plan.arm(fault, query.get('path') ?? '/api/', times);
    else return send(res, 400, 'text/plain', `POST ${CONTROL_PATH}?fault=${FAULTS.join('|')}&path=/api/&times=1\n`);
    res.writeHead(204).end();
  }

  /** Ends the request's session, as a sign-out in another tab does. */
  private async endSession({ headers: { cookie = '', host = '' } }: IncomingMessage): Promise<void> {
    const headers = { cookie, host, 'x-csrf': '1' };
    const logout = request({ ...this.gateway, method: 'POST', path: '/auth/logout', headers, agent: false }).end();
    const [answer] = (await once(logout, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'close');
  }

  private pass(req: IncomingMessage, res: ServerResponse, isLost: boolean): void {
    const { method, url, rawHeaders } = req;
    const headers = rawHeaders.filter((_, at) => rawHeaders[at - (at % 2)]?.toLowerCase() !== FAULT_HEADER);
    const passed = request({ ...this.gateway, method, path: url, headers, agent: false }, (answer) => {
      if (isLost) {
        answer.resume().on('close', () => res.destroy());
        return;
      }
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(res);
      answer.on('close', () => (answer.complete ? undefined : res.destroy()));
    });
    passed.on('error', () => res.destroy());
    res.on('close', () => passed.destroy());
    req.pipe(passed);
  }

  private get gateway(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.options.gatewayPort };
  }
}

const ANSWERS = {
  '503': [503, 'session_store_unavailable', 'The session store is unavailable. You are still signed in; please retry.'],
  '429': [429, 'too_many_calls', 'You have too many calls in progress; wait for some to end.'],
  unknown: [
    409,
    'idempotency_outcome_unknown',
    'It is unknown whether the first request took effect; check before retrying.',
  ],
} as const;

/** A problem in the gateway's format. */
function refuse(req: IncomingMessage, res: ServerResponse, fault: Exclude<Fault, 'slow' | 'lost' | 'ended'>): void {
  const [status, code, message] = ANSWERS[fault];
  const body = {
    type: `urn:problem-type:connect-gateway:${code}`,
    title: fault === 'unknown' ? 'Conflict' : 'Try again',
    status,
    detail: message,
    instance: req.url?.split('?', 1)[0],
    code,
    message,
    fields: [],
    details: '',
    messages: [{ text: message, severity: 'error', detail: [] }],
    requestId: 'sandbox-fault',
  };
  req.resume();
  if (status !== 409) res.setHeader('Retry-After', '1');
  send(res, status, 'application/problem+json; charset=utf-8', JSON.stringify(body));
}

function send(res: ServerResponse, status: number, type: string, body: string): void {
  res.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
