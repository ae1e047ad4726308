import { Agent, request } from 'node:http';

/** An answer, with its body as the bytes that came. */
export interface WireAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: Buffer;
}

/** Speaks HTTP over kept connections without touching what it sends: neither the target nor the body. */
export class Wire {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 4 });

  constructor(
    private readonly url: string,
    private readonly headers: Record<string, string>,
  ) {}

  /** Sends a request; a body is said to be JSON. */
  send(method: string, target: string, body?: Buffer | string): Promise<WireAnswer> {
    const { hostname: host, port } = new URL(this.url);
    const headers = { ...this.headers, ...(body !== undefined && { 'content-type': 'application/json' }) };
    return new Promise((resolve, reject) => {
      const sent = request({ host, port, method, path: target, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers: had } = response;
          resolve({ status, type: had['content-type'], body: Buffer.concat(chunks) });
        });
      });
      sent.on('error', reject).end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
