import { Unreadable } from '../diagnostics.js';
import type { TextListener } from './text.places.js';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LINE_COMMENT = /\/\/[^\r\n]*/y;
const FIRST_PRINTABLE = 0x20;
/** A longer number may lose precision as a double. */
const SAFE_DIGITS = 15;

/** Accepted deviations from JSON: comments and trailing commas. */
export interface Forgiven {
  readonly kind: 'comment' | 'comma';
  readonly begin: number;
  readonly end: number;
}

/**
 * Scans JSON (RFC 8259) for the positions of its values, which `JSON.parse` does not give. It is not recursive, so that
 * any nesting is accepted. Hand-written because it takes half of jsonc-parser's time (docs/decisions).
 * @throws Unreadable at the first character that is not JSON
 */
export function scanJson(text: string, listener: TextListener): JsonScanner {
  const scanner = new JsonScanner(text, listener);
  scanner.scan();
  return scanner;
}

/** The state of one scan of a JSON text. */
export class JsonScanner {
  readonly forgiven: Forgiven[] = [];
  /** Whether there are numbers that a double cannot represent. */
  hasLongNumbers = false;
  private at = 0;
  /** The open containers: true for lists. */
  private readonly open: boolean[] = [];

  constructor(
    private readonly text: string,
    private readonly listener: TextListener,
  ) {}

  scan(): void {
    do this.value();
    while (this.goesOn());
    this.skipSpace();
    if (this.at < this.text.length) throw this.expected('nothing after the end');
  }

  /** A scalar, or the start of a list or an object up to its first value. */
  private value(): void {
    for (;;) {
      this.skipSpace();
      const character = this.text[this.at];
      if (character !== '{' && character !== '[') return this.leaf(character);
      const isList = character === '[';
      this.listener.open(this.at, isList);
      this.open.push(isList);
      this.at += 1;
      this.skipSpace();
      if (this.text[this.at] === (isList ? ']' : '}')) return;
      if (!isList) this.key();
    }
  }

  /** Skips commas and closing brackets; returns whether another value follows. */
  private goesOn(): boolean {
    for (let isList = this.open.at(-1); isList !== undefined; isList = this.open.at(-1)) {
      this.skipSpace();
      const end = isList ? ']' : '}';
      if (this.text[this.at] === ',' && !this.isTrailing(end)) {
        if (!isList) this.key();
        return true;
      }
      if (this.text[this.at] !== end) throw this.expected(`"," or "${end}"`);
      this.at += 1;
      this.open.pop();
      this.listener.close();
    }
    return false;
  }

  /** Skips a comma; returns whether a closing bracket follows. */
  private isTrailing(end: string): boolean {
    const begin = this.at;
    this.at += 1;
    this.skipSpace();
    if (this.text[this.at] !== end) return false;
    this.forgiven.push({ kind: 'comma', begin, end: begin + 1 });
    return true;
  }

  private key(): void {
    this.skipSpace();
    const begin = this.at;
    if (this.text[begin] !== '"') throw this.expected('a key in double quotes');
    const isPlain = this.string();
    const name = isPlain
      ? this.text.slice(begin + 1, this.at - 1)
      : String(JSON.parse(this.text.slice(begin, this.at)));
    this.listener.key(begin, name);
    this.skipSpace();
    if (this.text[this.at] !== ':') throw this.expected('":"');
    this.at += 1;
  }

  private leaf(character: string | undefined): void {
    const begin = this.at;
    if (character === '"') this.string();
    else if (this.skip(NUMBER)) this.hasLongNumbers ||= this.at - begin > SAFE_DIGITS;
    else if (!this.skip(WORD)) throw this.expected('a value');
    this.listener.leaf(begin);
  }

  /** Skips to the end of a string; returns whether it has no escapes. */
  private string(): boolean {
    let isPlain = true;
    for (this.at += 1; this.at < this.text.length;) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x22) {
        this.at += 1;
        return isPlain;
      }
      if (code < FIRST_PRINTABLE) throw this.expected('the end of the string');
      if (code !== 0x5c) this.at += 1;
      else if (this.skip(ESCAPE)) isPlain = false;
      else throw this.expected('another character after the backslash, or two backslashes');
    }
    throw this.expected('the end of the string');
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) this.at += 1;
      else if (code !== 0x2f || !this.comment()) return;
    }
  }

  private comment(): boolean {
    const begin = this.at;
    if (this.text.startsWith('/*', begin)) {
      const end = this.text.indexOf('*/', begin + 2);
      if (end < 0) throw this.expected('the end of the comment');
      this.at = end + 2;
    } else if (!this.skip(LINE_COMMENT)) return false;
    this.forgiven.push({ kind: 'comment', begin, end: this.at });
    return true;
  }

  private expected(what: string): Unreadable {
    const isEnd = this.at >= this.text.trimEnd().length;
    const end = isEnd ? ', but the file ends; it is probably not complete' : '';
    return new Unreadable(`This is not valid JSON: expected ${what}${end}.`, Math.min(this.at, this.text.length));
  }
}
