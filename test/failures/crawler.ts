import { expect } from 'vitest';
import { EventSource } from '../support/event-source.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type Expected, faultsOf } from './answer.faults.js';
import { errorName } from './documented.errors.js';
import { problemValidator } from './problem.schema.js';
import { type Call, type Got, Sender } from './sender.js';
import { type Target, TARGETS } from './target.js';
import type { FailureCase } from './failure-case.js';

const isProblem = problemValidator();

/** Makes calls to a gateway fail and checks the responses. */
export class Crawler {
  private readonly sender: Sender;

  private constructor(
    readonly gateway: TestGateway,
    private readonly cookie: string,
  ) {
    this.sender = new Sender(gateway.url);
  }

  static async start(settings: Record<string, string> = {}): Promise<Crawler> {
    const gateway = await startGateway(settings);
    return new Crawler(gateway, await gateway.signIn());
  }

  /** A caller who is not signed in. */
  static async startAsStranger(settings: Record<string, string> = {}): Promise<Crawler> {
    return new Crawler(await startGateway(settings), 'session=none');
  }

  /** `count` sessions of one person, or of another. */
  async signIn(count: number, subject = this.gateway.identity.subject): Promise<string[]> {
    this.gateway.identity.subject = subject;
    const cookies: string[] = [];
    while (cookies.length < count) cookies.push(await this.gateway.signIn());
    return cookies;
  }

  /** The responses to valid calls. */
  succeed(targets: readonly Target[]): Promise<Got[]> {
    return this.sender.all(targets.map((target) => this.goodCall(target)));
  }

  /** The responses to valid calls, each with overrides. */
  send(targets: readonly Target[], change: (good: Call, target: Target) => Call): Promise<Got[]> {
    return this.sender.all(targets.map((target) => change(this.goodCall(target), target)));
  }

  /** Enough valid calls to keep the circuit breaker closed, which opens when over half of the calls fail. */
  async satisfyBreaker(): Promise<void> {
    const targets = TARGETS.filter(({ isOfPlatform }) => isOfPlatform);
    await this.succeed([...targets, ...targets, ...targets]);
  }

  /** Makes each target fail in one way; returns the number of calls, the wrong responses, and the errors seen. */
  async fail(
    way: FailureCase,
    targets: readonly Target[] = TARGETS,
  ): Promise<{ tried: number; wrong: string[]; seen: string[] }> {
    const tries = targets
      .filter((target) => way.appliesTo?.(target) ?? true)
      .flatMap((target) => [way.spoil(this.goodCall(target), target)].flat().map((call) => ({ target, call })));
    const answers = await this.sender.all(tries.map(({ call }) => call));
    const seen: string[] = [];
    const wrong = tries.flatMap(({ target, call }, at) => {
      const got = answers[at];
      const expected = typeof way.answer === 'function' ? way.answer(target, call) : way.answer;
      if (got !== undefined && !isElsewhere(way, expected, target)) seen.push(seenAs(target, got));
      const faults = got === undefined ? ['no answer'] : faultsOf(call, got, expected, this.judges);
      return faults.length === 0 ? [] : [`${target.name} (${describe(call)}): ${faults.join(', ')}`];
    });
    return { tried: tries.length, wrong, seen: seen.filter((name) => name !== '') };
  }

  /** `count` open streams of one target. */
  async openStreams(target: Target | undefined, count: number): Promise<EventSource[]> {
    if (target === undefined) throw new Error('there is no such target');
    const { target: path, headers } = this.goodCall(target);
    const open = Array.from({ length: count }, () => new EventSource(this.gateway.url + path, { ...headers }));
    await expect.poll(() => open.every(({ head }) => head?.statusCode === 200)).toBe(true);
    return open;
  }

  async close(): Promise<void> {
    this.sender.close();
    await this.gateway.close();
  }

  /** Secrets that no response may contain, besides the general patterns. */
  private get judges() {
    const { platform, identity } = this.gateway;
    const hosts = [platform.url, identity.issuer].map((url) => new URL(url).host);
    return { isProblem, secrets: [...hosts, this.cookie, 'db-7.internal', 'a-client-secret'] };
  }

  private goodCall({ method, path, query, body }: Target): Call {
    const headers: Record<string, string> = { cookie: this.cookie, 'x-csrf': '1' };
    if (body === undefined) return { method, target: path + query, headers };
    headers['content-type'] = body.type;
    headers['content-length'] = String(Buffer.byteLength(body.text));
    return { method, target: path + query, headers, body: body.text };
  }
}

function isElsewhere({ leavesOperation }: FailureCase, { isUnlisted }: Expected, { operationId }: Target): boolean {
  return leavesOperation === true || isUnlisted === true || operationId === undefined;
}

/** The response as the API document lists it; a HEAD has no body with a code. */
function seenAs({ operationId = '' }: Target, { status, text }: Got): string {
  if (text === '') return '';
  try {
    return errorName(operationId, status, String((JSON.parse(text) as { code?: unknown }).code));
  } catch {
    return errorName(operationId, status, '(no JSON)');
  }
}

function describe({ method, target, headers, body = '' }: Call): string {
  const { cookie: _cookie, ...others } = headers;
  return `${method} ${target.slice(0, 200)} ${JSON.stringify(others).slice(0, 200)} ${body.slice(0, 60)}`;
}
