import type { Dispatcher } from 'undici';
import { LatencyHistogram } from '../../../src/observability/latency.histogram.js';
import { Admission } from '../../../src/platform/admission.js';
import { CallStatistics } from '../../../src/platform/call.statistics.js';
import type { Upstream } from '../../../src/platform/platform.call.js';
import { PlatformAnswer } from './platform.answer.js';

/** Answers one request of the platform. */
export type Script = (answer: PlatformAnswer) => unknown;

/** What was sent to the platform. */
export type Sent = Dispatcher.DispatchOptions & { readonly headers: string[] };

/** A platform in memory: it records what it is sent, and answers one request after the other as the test says. */
export class MemoryUpstream implements Upstream {
  readonly admission = new Admission();
  readonly statistics = new CallStatistics();
  readonly durations = new LatencyHistogram({ name: 'd', help: '', labelNames: ['a', 'b', 'c', 'd'] }).source();
  readonly pool: Dispatcher;
  readonly basePath = '/base';
  readonly timeoutMs = 1_000;
  readonly sent: Sent[] = [];
  sendsCaller = false;

  constructor(...scripts: readonly Script[]) {
    const dispatch = (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void => {
      const script = scripts[this.sent.push(options as Sent) - 1];
      if (script === undefined) throw new Error('nothing more was expected to be sent');
      script(new PlatformAnswer(handler).start());
    };
    this.pool = { dispatch } as unknown as Dispatcher;
  }

  /** A header of a request, by its number. */
  header(name: string, at = 0): string | undefined {
    const { headers = [] } = this.sent[at] ?? {};
    const found = headers.indexOf(name);
    return found === -1 ? undefined : headers[found + 1];
  }
}

/** Answers with JSON. */
export function json(status: number, body: unknown = {}): Script {
  const bytes = Buffer.from(JSON.stringify(body));
  return (answer) =>
    answer
      .head(status, { 'content-type': 'application/json', 'content-length': String(bytes.length) })
      .data(bytes)
      .end();
}

/** Loses the connection before any answer. */
export function lost(code: string): Script {
  return (answer) => answer.fail(Object.assign(new Error('lost'), { code }));
}
