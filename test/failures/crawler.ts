import { startGateway, type TestGateway } from '../support/gateway.js';
import { faultsOf } from './answer.faults.js';
import { problemValidator } from './problem.schema.js';
import { type Call, type Got, Sender } from './sender.js';
import { type Target, TARGETS } from './target.js';
import type { Way } from './way.js';

const isProblem = problemValidator();

/** Makes calls of a gateway fail and judges what they are answered with. */
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

  /** One who has not signed in. */
  static async startAsStranger(settings: Record<string, string> = {}): Promise<Crawler> {
    return new Crawler(await startGateway(settings), 'session=none');
  }

  /** The answers to good calls. */
  succeed(targets: readonly Target[]): Promise<Got[]> {
    return this.sender.all(targets.map((target) => this.goodCall(target)));
  }

  /** So many good calls that a failure of each target does not open the circuit breaker: over half would. */
  async satisfyBreaker(): Promise<void> {
    const targets = TARGETS.filter(({ isOfPlatform }) => isOfPlatform);
    await this.succeed([...targets, ...targets, ...targets]);
  }

  /** Makes each target fail in one way: how many calls that took, and which were answered wrongly and how. */
  async fail(way: Way, targets: readonly Target[] = TARGETS): Promise<{ tried: number; wrong: string[] }> {
    const tries = targets
      .filter((target) => way.appliesTo?.(target) ?? true)
      .flatMap((target) => [way.spoil(this.goodCall(target), target)].flat().map((call) => ({ target, call })));
    const answers = await this.sender.all(tries.map(({ call }) => call));
    const wrong = tries.flatMap(({ target, call }, at) => {
      const got = answers[at];
      const expected = typeof way.answer === 'function' ? way.answer(target, call) : way.answer;
      const faults = got === undefined ? ['no answer'] : faultsOf(call, got, expected, this.judges);
      return faults.length === 0 ? [] : [`${target.name} (${describe(call)}): ${faults.join(', ')}`];
    });
    return { tried: tries.length, wrong };
  }

  async close(): Promise<void> {
    this.sender.close();
    await this.gateway.close();
  }

  /** What no answer may hold beside what is judged by its looks. */
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

function describe({ method, target, headers, body = '' }: Call): string {
  const { cookie: _cookie, ...others } = headers;
  return `${method} ${target.slice(0, 200)} ${JSON.stringify(others).slice(0, 200)} ${body.slice(0, 60)}`;
}
