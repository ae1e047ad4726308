/** The start and end of a list's entry, in bytes. */
type Span = readonly [start: number, end: number];

/** Invalid JSON text; `message` is for the log. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** Maximum nesting: a deeper value describes no API. */
export const MAX_DEPTH = 200;
/** Maximum bytes that are parsed at once: some 30 ms at most. */
export const MAX_PIECE_BYTES = 4 * 1024 * 1024;
/** Bytes that are scanned between two yields. */
const SCAN_BYTES = 131_072;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const ARRAY_START = 0x5b;

/** A page of a list whose entries are not parsed yet. */
export interface JsonPage {
  /** The page's object with an empty list. */
  readonly envelope: Readonly<Record<string, unknown>>;
  /** Parses the entries one by one, and yields after each. */
  readonly entries: (onEntry: (entry: unknown) => void) => Generator<void, void>;
}

/**
 * Parses an object that contains a list, without the entries: `JSON.parse` of a whole page would block the event loop
 * for a time that the platform controls.
 * @throws JsonError for anything else
 */
export function* parsePage(bytes: Buffer, member: string): Generator<void, JsonPage> {
  const scan = new ListScan(bytes, member);
  yield* scan.run();
  const envelope = parseEnvelope(bytes, scan.list);
  const list = isObject(envelope) ? envelope[member] : undefined;
  if (!isObject(envelope) || !Array.isArray(list) || list.length > 0)
    throw new JsonError(`not an object with one list "${member}"`);
  return { envelope, entries: (onEntry) => parseEntries(bytes, scan.entries, onEntry) };
}

function* parseEntries(
  bytes: Buffer,
  entries: readonly Span[],
  onEntry: (entry: unknown) => void,
): Generator<void, void> {
  for (const [start, end] of entries) {
    onEntry(parse(bytes, start, end));
    yield;
  }
}

/**
 * Parses a JSON text of limited size and depth.
 * @throws JsonError
 */
export function parseJson(bytes: Buffer): unknown {
  const scan = new ListScan(bytes, undefined);
  const steps = scan.run();
  while (!steps.next().done);
  return parse(bytes, 0, bytes.length);
}

/** Finds the entries of a list without parsing them. Invalid JSON is detected when the pieces are parsed. */
class ListScan {
  readonly entries: Span[] = [];
  /** The position of the list, including its brackets. */
  list: Span | undefined;
  private depth = 0;
  private listStart = -1;
  private entryStart = -1;
  /** The last string read, if it may be the name of a member. */
  private lastString: Span = [0, 0];
  private key: Span = [0, 0];

  constructor(
    private readonly bytes: Buffer,
    private readonly member: string | undefined,
  ) {}

  *run(): Generator<void, void> {
    let yieldAt = SCAN_BYTES;
    for (let at = 0; at < this.bytes.length; at++) {
      const byte = this.bytes[at] ?? 0;
      if (byte === QUOTE) at = this.skipString(at);
      else if (byte === COLON && this.depth === 1) this.key = this.lastString;
      else if (byte === COMMA) this.separate(at);
      else if (OPENING.has(byte)) this.open(at, byte);
      else if (CLOSING.has(byte)) this.close(at);
      if (at < yieldAt) continue;
      yieldAt = at + SCAN_BYTES;
      yield;
    }
  }

  private skipString(start: number): number {
    for (let at = start; ;) {
      at = this.bytes.indexOf(QUOTE, at + 1);
      if (at === -1) throw new JsonError('a string without an end');
      let escapes = 0;
      while (this.bytes[at - 1 - escapes] === BACKSLASH) escapes += 1;
      if (escapes % 2 === 1) continue;
      this.lastString = [start, at + 1];
      return at;
    }
  }

  private open(at: number, byte: number): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new JsonError('a value that is nested too deeply');
    if (this.depth !== 2 || byte !== ARRAY_START || this.list !== undefined || !this.isMember()) return;
    this.listStart = at;
    this.entryStart = at + 1;
  }

  private close(at: number): void {
    this.depth -= 1;
    if (this.depth !== 1 || this.listStart === -1 || this.list !== undefined) return;
    this.list = [this.listStart, at + 1];
    if (!this.isBlank(this.entryStart, at)) this.entries.push([this.entryStart, at]);
    else if (this.entries.length > 0) throw new JsonError('a list that ends with a comma');
  }

  private separate(at: number): void {
    if (this.depth !== 2 || this.listStart === -1 || this.list !== undefined) return;
    this.entries.push([this.entryStart, at]);
    this.entryStart = at + 1;
  }

  private isMember(): boolean {
    const [start, end] = this.key;
    return this.member !== undefined && this.bytes.toString('utf8', start + 1, end - 1) === this.member;
  }

  private isBlank(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (!WHITESPACE.has(this.bytes[at] ?? 0)) return false;
    return true;
  }
}

/** RFC 8259, section 2. */
const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

function parseEnvelope(bytes: Buffer, list: Span | undefined): unknown {
  if (list === undefined) return parse(bytes, 0, bytes.length);
  const [start, end] = list;
  const rest = Buffer.concat([bytes.subarray(0, start), Buffer.from('[]'), bytes.subarray(end)]);
  return parse(rest, 0, rest.length);
}

function parse(bytes: Buffer, start: number, end: number): unknown {
  if (end - start > MAX_PIECE_BYTES) throw new JsonError(`a piece of ${end - start} bytes`);
  try {
    return JSON.parse(bytes.toString('utf8', start, end));
  } catch (cause) {
    throw new JsonError('a body that is not JSON', { cause });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
