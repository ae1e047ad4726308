import { type Diagnostic, Unreadable, errorAt } from './fault.js';
import { MAX_DEPTH, MAX_VALUES } from './limits.js';
import type { TextListener } from './text.listener.js';

/**
 * Looks through JSON before it is parsed: a thread that runs out of memory inside of `JSON.parse` takes the process with
 * it, so what could not be held must not get there. Finds keys that stand twice in one object, too: `JSON.parse` takes
 * the last one, other parsers the first or neither.
 */
export class JsonGuard implements TextListener {
  readonly faults: Diagnostic[] = [];
  private readonly objects: Map<string, number>[] = [];
  private values = 0;

  open(at: number): void {
    this.count(at);
    this.objects.push(new Map());
    if (this.objects.length > MAX_DEPTH)
      throw new Unreadable(`The document nests deeper than ${MAX_DEPTH} levels.`, at);
  }

  key(at: number, name: string): void {
    const seen = this.objects.at(-1);
    const before = seen?.get(name);
    if (before === undefined) seen?.set(name, at);
    else this.faults.push(errorAt(`The key "${name}" stands twice in one object.`, at, before));
  }

  leaf(at: number): void {
    this.count(at);
  }

  close(): void {
    this.objects.pop();
  }

  private count(at: number): void {
    if (++this.values > MAX_VALUES) throw new Unreadable(`The document holds more than ${MAX_VALUES} values.`, at);
  }
}
