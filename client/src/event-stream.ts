/** One event of a stream (HTML Living Standard, section 9.2.6). */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Reads server-sent events from the body of a response until it ends. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let unread = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      unread += decoder.decode(value, { stream: true });
      // A lone CR at the end may be the first half of a CRLF.
      const end = unread.endsWith('\r') ? unread.length - 1 : unread.length;
      const blocks = unread.slice(0, end).split(/(?:\r\n|\n|\r){2}/);
      unread = (blocks.pop() ?? '') + unread.slice(end);
      for (const block of blocks) {
        const event = parse(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The event in a block of lines; undefined for comments. */
function parse(block: string): StreamEvent | undefined {
  const fields = { event: 'message', id: '' };
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') data.push(value);
    else if (name === 'event' || name === 'id') fields[name] = value;
  }
  return data.length === 0 ? undefined : { ...fields, data: data.join('\n') };
}
