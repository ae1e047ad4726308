import { type Dispatcher, errors } from 'undici';
import { theUniverse, timeOf, trace, trueTime } from '../engine/globals.js';
import type { Network } from './network.js';
import type { Provider } from './provider.js';

/** How the platform is doing. */
export type PlatformWeather = 'well' | 'refusing tokens' | 'resetting' | 'resetting after' | 'failing' | 'slow';

/** What the platform saw of one request of the gateway. */
interface Sent {
  readonly method: string;
  refused: number;
  others: number;
}

/** What properties hold about the calls. */
export interface PlatformWatch {
  onDispatch(token: string, endsAtMs: number, processTimeMs: number): void;
  onSent(sent: Sent): void;
  onEffect(path: string, effects: number): void;
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const TIMEOUT_MS = 5_000;

/** The platform, and in the place of undici's pool the way to it. */
export class Platform {
  /** How often something was made, by path. */
  readonly effects = new Map<string, number>();
  private readonly sent = new Map<string, Sent>();
  private weather: PlatformWeather = 'well';
  private weatherUntil = 0;

  constructor(
    private readonly provider: Provider,
    private readonly network: Network,
    private readonly watch: PlatformWatch,
  ) {}

  setWeather(weather: PlatformWeather, until: number): void {
    this.weather = weather;
    this.weatherUntil = until;
  }

  /** A pool of connections of the process that is running. */
  pool(): { dispatch: (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => boolean } {
    return {
      dispatch: (options, handler) => {
        this.dispatch(options, handler);
        return true;
      },
    };
  }

  private get now(): PlatformWeather {
    return theUniverse().scheduler.now < this.weatherUntil ? this.weather : 'well';
  }

  private dispatch({ method, path, headers }: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const { scheduler } = theUniverse();
    const process = scheduler.current;
    const list = headers as string[];
    const valueOf = (name: string): string => list[list.indexOf(name) + 1] ?? '';
    const token = valueOf('authorization').slice('Bearer '.length);
    this.watch.onDispatch(token, this.endOf(token), timeOf(process));
    const call = new Call(handler);
    scheduler.schedule(0, process, () => {
      call.start();
      if (call.isOver) return;
      scheduler.schedule(TIMEOUT_MS, process, () => call.fail(new errors.HeadersTimeoutError()));
      scheduler.schedule(this.network.delayMs(), undefined, () => {
        const { status, body, isReset, delayMs } = this.receive(method, path, token, valueOf('x-request-id'));
        scheduler.schedule(this.network.delayMs() + delayMs, process, () => {
          if (isReset) call.fail(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
          else call.answer(status, body);
        });
      });
    });
  }

  private receive(method: string, path: string, token: string, requestId: string) {
    const { now } = this;
    trace(() => `the platform (${now}) gets ${method} ${path}`);
    const delayMs = now === 'slow' ? theUniverse().random.between(500, 7_000) : 0;
    const reset = { status: 0, body: '', isReset: true, delayMs };
    const seen = this.sent.get(requestId) ?? { method, refused: 0, others: 0 };
    this.sent.set(requestId, seen);
    const isGood = this.endOf(token) > trueTime() && now !== 'refusing tokens';
    if (now !== 'resetting' && !isGood) {
      seen.refused += 1;
      this.watch.onSent(seen);
      return { status: 401, body: '{"code":"unauthorized","message":"No."}', isReset: false, delayMs };
    }
    seen.others += 1;
    this.watch.onSent(seen);
    if (now === 'resetting') return reset;
    if (now === 'failing') return { status: 503, body: '{}', isReset: false, delayMs };
    if (method === 'GET') return { status: 200, body: '{}', isReset: false, delayMs };
    const effects = (this.effects.get(path) ?? 0) + 1;
    this.effects.set(path, effects);
    this.watch.onEffect(path, effects);
    if (now === 'resetting after') return reset;
    return { status: 201, body: JSON.stringify({ made: `${path}#${effects}` }), isReset: false, delayMs };
  }

  private endOf(token: string): number {
    return (this.provider.tokens.get(token)?.exp ?? 0) * 1000;
  }
}

/** One exchange, as undici tells its handler of it. */
class Call {
  isOver = false;
  readonly controller = {
    aborted: false,
    paused: false,
    abort: (reason: Error): void => this.fail(reason),
    pause: (): void => undefined,
    resume: (): void => undefined,
  } as unknown as Dispatcher.DispatchController & { aborted: boolean };

  constructor(private readonly handler: Dispatcher.DispatchHandler) {}

  start(): void {
    this.handler.onRequestStart?.(this.controller, {});
  }

  answer(status: number, body: string): void {
    if (this.isOver) return;
    const headers = { ...JSON_HEADERS, 'content-length': String(body.length) };
    this.handler.onResponseStart?.(this.controller, status, headers, 'Answer');
    if (!this.isOver) this.handler.onResponseData?.(this.controller, Buffer.from(body));
    if (this.isOver) return;
    this.isOver = true;
    this.handler.onResponseEnd?.(this.controller, {});
  }

  fail(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.controller.aborted = true;
    this.handler.onResponseError?.(this.controller, error);
  }
}
