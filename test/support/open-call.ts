import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** What a call was answered with. */
export interface CallAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The `code` of a problem, undefined for whatever is none. */
  readonly code: string | undefined;
  readonly text: string;
}

/** A GET over a connection of its own, which ends with it: it can be waited for, or left. */
export class OpenCall {
  /** Undefined when the call was left, or cut off. */
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

  /** Goes away, as a page that is closed. */
  leave(): void {
    this.sent.destroy();
  }
}
