import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { Unreadable } from '../diagnostics.js';
import { type Path, pathOf, pointerOf } from '../json.js';
import { scanJson } from './json.scanner.js';
import { Lines, Locator, type TextListener } from './text.places.js';
import { scanYaml } from './yaml.text.js';

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** A text builder that records the position of each value. */
class Writer {
  text = '';
  readonly places: { path: Path; line: number; column: number }[] = [];
  private line = 1;
  private lineBegin = 0;

  constructor(private readonly lineBreak: string) {}

  write(text: string): void {
    this.text += text;
  }

  mark(path: Path): void {
    this.places.push({ path, line: this.line, column: this.text.length - this.lineBegin + 1 });
  }

  /** A new line, indented. */
  wrap(indent: number): void {
    this.text += this.lineBreak;
    this.line += 1;
    this.lineBegin = this.text.length;
    this.text += ' '.repeat(indent);
  }
}

/** Writes JSON, on one line or on many. Characters in keys are escaped now and then. */
function writeJson(writer: Writer, value: Value, path: Path, indent: number | undefined): void {
  if (typeof value !== 'object' || value === null) return writer.write(JSON.stringify(value));
  const isList = Array.isArray(value);
  const inner = indent === undefined ? undefined : indent + 2;
  writer.write(isList ? '[' : '{');
  Object.entries(value).forEach(([key, member], index) => {
    if (index > 0) writer.write(',');
    if (inner !== undefined) writer.wrap(inner);
    const place = [...path, isList ? index : key];
    writer.mark(place);
    if (!isList) writer.write(`${escaped(key)}:${inner === undefined ? '' : '\t '}`);
    writeJson(writer, member, place, inner);
  });
  if (indent !== undefined) writer.wrap(indent);
  writer.write(isList ? ']' : '}');
}

function escaped(text: string): string {
  const quoted = JSON.stringify(text);
  return text.startsWith('a') ? quoted.replace('a', '\\u0061') : quoted;
}

/** Writes YAML in block style, with comments, anchors and keys quoted in either way or not at all. */
function writeYaml(writer: Writer, value: Value, path: Path, indent: number): void {
  const isEmpty = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  if (isEmpty) return writer.write(JSON.stringify(value));
  const isList = Array.isArray(value);
  writer.write(path.length % 2 === 0 ? '# comment: {' : `&a${writer.places.length}`);
  Object.entries(value).forEach(([key, member], index) => {
    writer.wrap(indent);
    if (isList) writer.write('- ');
    const place = [...path, isList ? index : key];
    const isNested = typeof member === 'object' && member !== null && Object.keys(member).length > 0;
    // A block item starts at its first member.
    if (!isList || !isNested) writer.mark(place);
    if (!isList) writer.write(`${yamlKey(key)}: `);
    writeYaml(writer, member, place, indent + 2);
  });
}

function yamlKey(key: string): string {
  if (/^[b-z]+$/.test(key) && !['null', 'true', 'false', 'y', 'n'].includes(key)) return key;
  return /^[ -~]+$/.test(key) && !key.includes("'") ? `'${key}'` : escaped(key);
}

const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a/b', 'a~1', 'get', '200', '')),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
}));
const lineBreaks = fc.constantFrom('\n', '\r\n', '\r');

function found({ text, places }: Writer, scan: (text: string, listener: TextListener) => unknown): unknown {
  const locator = new Locator(places.map(({ path }) => path));
  scan(text, locator);
  const lines = new Lines(text);
  return places.map(({ path }) => lines.placeOf(locator.placeOf(path)));
}

function expected({ places }: Writer): unknown {
  return places.map(({ line, column }) => `line ${line}, column ${column}`);
}

describe('the place of a value', () => {
  it('is its position in JSON, on one line or on many', () => {
    fc.assert(
      fc.property(values, lineBreaks, fc.boolean(), (value, lineBreak, isPretty) => {
        const writer = new Writer(lineBreak);
        writeJson(writer, value, [], isPretty ? 0 : undefined);
        expect(JSON.parse(writer.text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(found(writer, scanJson)).toEqual(expected(writer));
      }),
    );
  });

  it('is its position in YAML, among comments, anchors and quotes', () => {
    fc.assert(
      fc.property(values, lineBreaks, (value, lineBreak) => {
        const writer = new Writer(lineBreak);
        writeYaml(writer, value, [], 0);
        expect(load(writer.text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(found(writer, scanYaml)).toEqual(expected(writer));
      }),
    );
  });

  it('is the same for both parsers in JSON that is also valid YAML', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (value, isPretty) => {
        const writer = new Writer('\n');
        writeJson(writer, value, [], isPretty ? 0 : undefined);
        fc.pre(isYaml(writer.text));
        expect(found(writer, scanYaml)).toEqual(found(writer, scanJson));
      }),
    );
  });
});

const NOBODY = { open: () => undefined, key: () => undefined, leaf: () => undefined, close: () => undefined };

describe('the JSON scanner', () => {
  it('accepts exactly what JSON.parse accepts, and trailing commas', () => {
    const cut = fc.tuple(
      values,
      fc.nat(60),
      fc.nat(3),
      fc.constantFrom('', ',', '}', ']', '"', '\\', '01', '-', '.', 'e', '\n', ' ', '{', '[', ':', 'nul', '\u00a0'),
    );
    fc.assert(
      fc.property(cut, ([value, at, length, instead]) => {
        const text = JSON.stringify(value);
        const broken = text.slice(0, at) + instead + text.slice(at + length);
        expect(passes(() => strictly(broken))).toBe(passes(() => JSON.parse(broken)));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a JSON pointer', () => {
  it('is parsed to its original value', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (path) => {
        expect(pathOf(pointerOf(path))).toEqual(path);
      }),
    );
  });
});

/** Tolerated input is not valid JSON. */
function strictly(text: string): void {
  if (scanJson(text, NOBODY).forgiven.length > 0) throw new SyntaxError('forgiven');
}

function passes(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof Unreadable || error instanceof SyntaxError) return false;
    throw error;
  }
}

function isYaml(text: string): boolean {
  try {
    load(text);
    return true;
  } catch {
    return false;
  }
}
