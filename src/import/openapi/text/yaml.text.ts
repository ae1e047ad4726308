import {
  type AliasEvent,
  CORE_SCHEMA,
  EVENT_ID,
  type Event,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
  defineScalarTag,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  load,
  mergeTag,
  parseEvents,
} from 'js-yaml';
import { createRequire } from 'node:module';
import type { Lexer } from 'yaml';
import { type Diagnostics, Unreadable } from '../diagnostics.js';
import { MAX_DEPTH, MAX_MERGED_KEYS, MAX_TEXT, MAX_VALUES } from '../limits.js';
import type { TextListener } from './text.places.js';

const require = createRequire(import.meta.url);
const rawJson = JSON as unknown as { rawJSON(digits: string): unknown };
const DIGITS = /^-?[1-9]\d*$/;

/** Integers that a double cannot represent are kept as their digits, as in JSON. */
const integer = {
  ...intCoreTag,
  resolve: (...source: Parameters<typeof intCoreTag.resolve>) => {
    const value = intCoreTag.resolve(...source);
    return typeof value === 'number' && !Number.isSafeInteger(value) && DIGITS.test(source[0])
      ? rawJson.rawJSON(source[0])
      : value;
  },
} as typeof intCoreTag;
/** JSON has no dates and no bytes: a value with such a tag is read as a string. */
const asString = (type: string): ReturnType<typeof defineScalarTag<string>> =>
  defineScalarTag(`tag:yaml.org,2002:${type}`, { resolve: (source: string) => source, identify: () => false });
/** `<<` is not part of YAML 1.2, but many OpenAPI documents use it. */
const SCHEMA = CORE_SCHEMA.withTags(integer, floatCoreTag, mergeTag, asString('timestamp'), asString('binary'));

const [LINE_FEED, RETURN, SPACE, COMMA, DASH, QUESTION, BRACKET, BRACE] = Buffer.from('\n\r ,-?[{');

/** js-yaml's reasons, and how to fix them. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/^expected a document, but the input is empty/, 'The file is empty.'],
  [/^expected a single document/, 'The file holds several YAML documents (separated by ---); send one of them.'],
  [/^nesting exceeded/, `The document nests deeper than ${MAX_DEPTH} levels.`],
  [/^merge keys exceeded/, `The document merges more than ${MAX_MERGED_KEYS} keys with <<.`],
  [/^tab characters/, 'This is not valid YAML: lines are indented with spaces, not with tabs.'],
  [
    /^unknown \w+ tag !<(?:tag:yaml\.org,2002:)?(.*)>/,
    'This is not valid YAML for JSON data: the tag $1 is unknown; remove it.',
  ],
  [
    /^bad indentation of a mapping entry/,
    'This is not valid YAML: the indentation is wrong, or a value with ": ", "@" or "`" needs quotes.',
  ],
];

/**
 * Parses YAML 1.2 as JSON data.
 * @throws Unreadable when it is not valid, or when its size or depth can only be malicious
 */
export function readYaml(text: string, diagnostics: Diagnostics): { root: unknown; text: string } {
  guardText(text);
  const [root, read] = loadMended(text, diagnostics);
  guardValue(root);
  const tag = /!!(?:timestamp|binary)\b/.exec(text);
  if (tag !== null)
    diagnostics.warn(`JSON has no value for the tag ${tag[0]}; such values are read as strings.`, tag.index);
  return { root, text: read };
}

/** The YAML specification forbids closing brackets at the indent of their key; most parsers accept them. */
function loadMended(text: string, diagnostics: Diagnostics): [root: unknown, text: string] {
  try {
    return [loadText(text), text];
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const mended = error.reason === 'deficient indentation' ? bracketsJoined(text) : text;
    if (mended === text) throw unreadable(error, text);
    try {
      const root = loadText(mended);
      diagnostics.add(
        'info',
        'A closing bracket is not indented more than its key, as YAML asks; it was read all the same.',
        { at: error.mark?.position ?? 0 },
      );
      return [root, mended];
    } catch (again) {
      throw again instanceof YAMLException ? unreadable(again, text) : again;
    }
  }
}

function loadText(text: string): unknown {
  return load(text, { schema: SCHEMA, maxDepth: MAX_DEPTH, maxTotalMergeKeys: MAX_MERGED_KEYS });
}

function unreadable({ reason, mark }: YAMLException, text: string): Unreadable {
  if (/complex keys/.test(reason)) {
    const braces = /[:,[{-]\s*(\{\{)/.exec(text);
    if (braces !== null)
      return new Unreadable(
        'This is not valid YAML: {{ begins an object. Fill the template in, or write the value in quotes.',
        braces.index + braces[0].length - 2,
      );
  }
  if (reason.startsWith('duplicated mapping key')) {
    const [, key = ''] =
      /^["']?([^"':,\r\n]{1,100})/.exec(text.slice(mark?.position, (mark?.position ?? 0) + 102)) ?? [];
    return new Unreadable(
      `The key "${key}" is given twice in one object; parsers disagree which one counts. Keep one of them.`,
      mark?.position,
    );
  }
  for (const [words, sentence] of SAID)
    if (words.test(reason))
      return new Unreadable(words.exec(reason)?.[0].replace(words, sentence) ?? sentence, mark?.position);
  return new Unreadable(`This is not valid YAML: ${reason}.`, mark?.position);
}

/** What yaml's lexer inserts between the pieces of the text: a document, a flow's end, a scalar. */
const CONTROLS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001F']);

/** The text with closing brackets moved to the previous line, and every other character in place. */
function bracketsJoined(text: string): string {
  // Loaded only for the few documents that need it: it loads more slowly than js-yaml.
  const yaml = require('yaml') as { Lexer: typeof Lexer };
  const tokens = [...new yaml.Lexer().lex(text)].filter((token) => !CONTROLS.has(token));
  if (tokens.reduce((length, token) => length + token.length, 0) !== text.length) return text;
  for (let end = 0; end < tokens.length; end++) {
    if (tokens[end] !== ']' && tokens[end] !== '}') continue;
    for (let before = end - 1; before >= 0 && /^(?:\s+|#.*)$/s.test(tokens[before] ?? ''); before--)
      tokens[before] = ' '.repeat(tokens[before]?.length ?? 0);
  }
  return tokens.join('');
}

/**
 * Counts possible starts of values before parsing: a thread that runs out of memory in one large step takes the
 * process with it. Commas in sentences count too, so this is an upper bound.
 */
function guardText(text: string): void {
  let signs = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || code === RETURN || code === COMMA || code === BRACKET || code === BRACE) signs += 1;
    else if ((code === DASH || code === QUESTION) && text.charCodeAt(at + 1) === SPACE) signs += 1;
    if (signs > MAX_VALUES) throw new Unreadable(`The document holds more than ${MAX_VALUES} values.`, at);
  }
}

/** Counts values and characters after parsing: aliases let a few lines expand to billions of values, or to endless ones. */
function guardValue(root: unknown): void {
  let [values, characters] = [0, 0];
  const visit = (value: unknown, depth: number): void => {
    if (++values > MAX_VALUES) throw new Unreadable(`The document holds more than ${MAX_VALUES} values.`);
    if (typeof value === 'string') characters += value.length;
    if (characters > MAX_TEXT)
      throw new Unreadable(`The document holds more than ${MAX_TEXT} characters, its aliases counted.`);
    if (typeof value !== 'object' || value === null) return;
    if (depth >= MAX_DEPTH) throw new Unreadable(`The document nests deeper than ${MAX_DEPTH} levels.`);
    for (const member of Object.values(value)) visit(member, depth + 1);
  };
  visit(root, 0);
}

/** Scans parsed YAML again for the positions of its values. Aliases are not expanded. */
export function scanYaml(text: string, listener: TextListener): void {
  const scanner = new YamlScanner(text, listener);
  for (const event of parseEvents(text, { maxDepth: MAX_DEPTH })) scanner.take(event);
}

type Frame = 'document' | 'list' | 'keys' | 'values';

class YamlScanner {
  /** The open containers; an object alternates between key and value. */
  private readonly open: Frame[] = [];

  constructor(
    private readonly text: string,
    private readonly listener: TextListener,
  ) {}

  take(event: Event): void {
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

/** js-yaml gives the position after the opening quote, and -1 for an omitted value. */
function beginOf({ style, valueStart }: ScalarEvent): number {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? valueStart - 1 : valueStart;
}
