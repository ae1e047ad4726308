import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** One request as it goes over the wire. */
export interface Call {
  readonly method: string;
  /** Path and query, sent unchanged. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether the announced body is never sent. */
  readonly isWithheld?: boolean;
}

/** What came back, whole. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const PARALLEL = 16;

/** Sends many calls with limited concurrency over kept-alive connections. */
export class Sender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });

  constructor(private readonly url: string) {}

  /** The response to each call, in order. */
  async all(calls: readonly Call[]): Promise<Got[]> {
    const answers: Got[] = [];
    const entries = calls.entries();
    const work = async (): Promise<void> => {
      for (const [at, call] of entries) answers[at] = await this.send(call);
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return answers;
  }

  send({ method, target, headers, body, isWithheld = false }: Call): Promise<Got> {
    const { hostname, port } = new URL(this.url);
    const agent = isWithheld ? false : this.agent;
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method, path: target, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (isWithheld) sent.destroy();
          const { statusCode: status = 0, headers: had } = response;
          resolve({ status, headers: had, text: Buffer.concat(chunks).toString('utf8') });
        });
      });
      sent.on('error', reject);
      if (isWithheld) sent.flushHeaders();
      else sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
