import {
  type AliasEvent,
  EVENT_ID,
  type Event,
  type ScalarEvent,
  SCALAR_STYLE,
  getScalarValue,
  parseEvents,
} from 'js-yaml';
import { MAX_DEPTH } from './limits.js';
import type { TextListener } from './text.listener.js';

/** Reads YAML that has been parsed before, for the places in it. What is behind an alias is not opened again. */
export function scanYaml(text: string, listener: TextListener): void {
  new YamlScanner(text, listener).scan();
}

type Frame = 'document' | 'list' | 'keys' | 'values';

class YamlScanner {
  private readonly text: string;
  private readonly listener: TextListener;
  /** What is open; an object turns from its key to its value and back. */
  private readonly open: Frame[] = [];

  constructor(text: string, listener: TextListener) {
    this.text = text;
    this.listener = listener;
  }

  scan(): void {
    for (const event of parseEvents(this.text, { maxDepth: MAX_DEPTH })) this.take(event);
  }

  private take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.open.push('document');
        return;
      case EVENT_ID.POP:
        if (this.open.pop() !== 'document') this.listener.close();
        return;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        this.turn();
        this.listener.open(event.start, event.type === EVENT_ID.SEQUENCE);
        this.open.push(event.type === EVENT_ID.SEQUENCE ? 'list' : 'keys');
        return;
      default:
        this.single(event);
    }
  }

  private single(event: ScalarEvent | AliasEvent): void {
    const isKey = this.open.at(-1) === 'keys';
    this.turn();
    const at = event.type === EVENT_ID.ALIAS ? event.anchorStart - 1 : beginOf(event);
    if (!isKey) this.listener.leaf(at);
    else this.listener.key(at, event.type === EVENT_ID.ALIAS ? '' : getScalarValue(this.text, event));
  }

  private turn(): void {
    const frame = this.open.at(-1);
    if (frame === 'keys') this.open[this.open.length - 1] = 'values';
    else if (frame === 'values') this.open[this.open.length - 1] = 'keys';
  }
}

/** js-yaml tells where the text between quotes begins, and -1 for a value that is left out. */
function beginOf({ style, valueStart }: ScalarEvent): number {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? valueStart - 1 : valueStart;
}
