import { type Fault, errorAt } from './fault.js';
import type { TextListener } from './text.listener.js';

/** Finds keys that stand twice in one object: `JSON.parse` takes the last one, other parsers the first or neither. */
export class RepeatedKeys implements TextListener {
  readonly faults: Fault[] = [];
  private readonly objects: Map<string, number>[] = [];

  open(): void {
    this.objects.push(new Map());
  }

  key(at: number, name: string): void {
    const seen = this.objects.at(-1);
    const before = seen?.get(name);
    if (before === undefined) seen?.set(name, at);
    else this.faults.push(errorAt(`The key "${name}" stands twice in one object.`, at, before));
  }

  leaf(): void {}

  close(): void {
    this.objects.pop();
  }
}
