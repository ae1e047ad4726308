import { Agent, request } from 'node:http';

/** A response, with its body as received bytes. */
export interface WireAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: Buffer;
}

/** An HTTP client with keep-alive connections that changes neither the target nor the body. */
export class Wire {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 4 });

  constructor(
    private readonly url: string,
    private readonly headers: Record<string, string>,
  ) {}

  /** Sends a request; a body has the media type JSON. */
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
