import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** The response to a call. */
export interface CallAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The `code` of a problem; undefined for other responses. */
  readonly code: string | undefined;
  readonly text: string;
}

/** A GET over its own connection, which can be awaited or aborted. */
export class OpenCall {
  /** Undefined if the call was aborted or the connection was closed. */
  readonly answer: Promise<CallAnswer | undefined>;
  private readonly agent = new Agent({ keepAlive: false });
  private readonly sent;

  constructor(url: string, cookie: string) {
    this.sent = request(url, { agent: this.agent, headers: { cookie } });
    this.answer = new Promise((resolve) => {
      this.sent.on('error', () => resolve(undefined));
      this.sent.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', () => resolve(undefined));
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          const { code } = JSON.parse(text) as { code?: string };
          resolve({ status, headers, code, text });
        });
      });
    });
    this.sent.end();
  }

  /** Disconnects, like a closed page. */
  leave(): void {
    this.sent.destroy();
  }
}
