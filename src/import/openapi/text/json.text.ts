import { type Diagnostics, Unreadable } from '../diagnostics.js';
import { MAX_DEPTH, MAX_PLACES, MAX_VALUES } from '../limits.js';
import { type Forgiven, scanJson } from './json.scanner.js';
import type { TextListener } from './text.places.js';

interface RawJson {
  rawJSON(digits: string): unknown;
}

/**
 * Parses JSON. Comments and trailing commas are skipped and reported; numbers that a double cannot represent are kept
 * as their digits.
 * @throws Unreadable when it is not JSON, or when its size or depth can only be malicious
 */
export function readJson(text: string, diagnostics: Diagnostics): unknown {
  const { forgiven, hasLongNumbers } = scanJson(text, new JsonGuard(diagnostics));
  for (const kind of ['comment', 'comma'] as const) {
    const places = forgiven.filter((one) => one.kind === kind).map(({ begin }) => ({ at: begin }));
    if (places.length > 0) diagnostics.add('warning', SAID[kind], ...places.slice(0, MAX_PLACES));
  }
  return JSON.parse(blanked(text, forgiven), hasLongNumbers ? keepDigits : undefined);
}

const SAID = {
  comment:
    'JSON has no comments; these were skipped. Remove them: other readers, the platform among them, may refuse the file.',
  comma:
    'JSON has no comma before an end; these were skipped. Remove them: other readers, the platform among them, may refuse the file.',
};

function blanked(text: string, forgiven: readonly Forgiven[]): string {
  if (forgiven.length === 0) return text;
  const parts: string[] = [];
  let from = 0;
  for (const { begin, end } of forgiven.toSorted((a, b) => a.begin - b.begin)) {
    parts.push(text.slice(from, begin));
    from = end;
  }
  return [...parts, text.slice(from)].join(' ');
}

function keepDigits(_name: string, value: unknown, context?: { source: string }): unknown {
  const source = context?.source ?? '';
  if (typeof value !== 'number' || source.length <= 15 || String(value) === source) return value;
  return (JSON as unknown as RawJson).rawJSON(source);
}

/**
 * Scans JSON before it is parsed: a thread that runs out of memory inside `JSON.parse` takes the process with it, so
 * the limits must be checked first. Also finds duplicate keys of an object: `JSON.parse` takes the last one, other
 * parsers the first or neither.
 */
class JsonGuard implements TextListener {
  private readonly objects: Map<string, number>[] = [];
  private values = 0;

  constructor(private readonly diagnostics: Diagnostics) {}

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
    else
      this.diagnostics.error(
        `The key "${name}" is given twice in one object; parsers disagree which one counts. Keep one of them.`,
        at,
        before,
      );
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
