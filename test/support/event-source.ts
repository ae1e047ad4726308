import { type ClientRequest, get, type IncomingMessage } from 'node:http';

/** An event as received. */
export interface Heard {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Reads an event stream over its own connection, without reconnecting. */
export class EventSource {
  readonly heard: Heard[] = [];
  /** All received data, including comments. */
  text = '';
  /** Undefined until the response has begun. */
  head: IncomingMessage | undefined;
  isOver = false;
  private readonly request: ClientRequest;

  constructor(url: string, headers: Record<string, string>) {
    // No agent, so that each stream has its own connection.
    this.request = get(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, (answer) => {
      this.head = answer;
      answer.setEncoding('utf8').on('data', (chunk: string) => this.read(chunk));
      answer.on('close', () => (this.isOver = true));
    });
    this.request.on('error', () => (this.isOver = true));
  }

  get stages(): unknown[] {
    return this.heard
      .filter(({ event }) => event === 'progress')
      .map(({ data }) => (JSON.parse(data) as { stage: string }).stage);
  }

  get last(): Heard | undefined {
    return this.heard.at(-1);
  }

  close(): void {
    this.request.destroy();
  }

  /** Parses fields and blank lines as in the HTML Living Standard (section 9.2.6). */
  private read(chunk: string): void {
    this.text += chunk;
    const blocks = this.text.split('\n\n').slice(0, -1);
    this.heard.length = 0;
    for (const block of blocks) {
      const lines = block.split('\n');
      const values = (name: string): string[] =>
        lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
      if (values('event').length > 0)
        this.heard.push({
          id: String(values('id')[0]),
          event: String(values('event')[0]),
          data: values('data').join('\n'),
        });
    }
  }
}
