import { CORE_SCHEMA, YAMLException, load, mergeTag } from 'js-yaml';
import { type Fault, type Path, Unreadable } from './fault.js';
import { scanJson } from './json.scanner.js';
import { MAX_DEPTH, MAX_MERGED_KEYS, MAX_VALUES } from './limits.js';
import { RepeatedKeys } from './repeated-keys.js';
import type { TextListener } from './text.listener.js';
import { scanYaml } from './yaml.scanner.js';

/** A document as the text has it. */
export interface Parsed {
  readonly written: 'json' | 'yaml';
  readonly root: unknown;
  /** What can be read, but not by everybody in the same way. */
  readonly faults: readonly Fault[];
  /** Reads the text once more, for the places in it. */
  readonly scan: (listener: TextListener) => void;
}

/** `<<` is not in YAML 1.2, but in many OpenAPI documents. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);
const SOUNDS_BETTER: Record<string, string> = {
  'expected a document, but the input is empty': 'The file is empty.',
  'expected a single document in the stream, but found more':
    'The file holds several YAML documents (separated by ---); send one of them.',
  [`nesting exceeded maxDepth (${MAX_DEPTH})`]: `The document nests deeper than ${MAX_DEPTH} levels.`,
};

/**
 * Reads JSON or YAML, whichever the text is.
 * @throws Unreadable when it is neither, or so large or deep that it could only be meant to harm
 */
export function parse(text: string): Parsed {
  if (/^\s*</.test(text)) throw new Unreadable('The file is a web page or XML, not an OpenAPI document.');
  const parsed = /^\s*[[{]/.test(text) ? parseBracketed(text) : parseYaml(text);
  measure(parsed.root);
  return parsed;
}

/** What looks like JSON may be YAML in its flow style; when it is neither, JSON was meant. */
function parseBracketed(text: string): Parsed {
  try {
    return parseJson(text);
  } catch (error) {
    try {
      return almostJson(error, parseYaml(text));
    } catch {
      throw error;
    }
  }
}

/** YAML forgives commas and comments that JSON does not: said, because not everybody who reads the file will. */
function almostJson(error: unknown, parsed: Parsed): Parsed {
  if (!(error instanceof Unreadable)) return parsed;
  const { text, places } = error.fault;
  return { ...parsed, faults: [{ severity: 'warning', text: `${text} It was read as YAML instead.`, places }] };
}

/** `JSON.parse` is quick but does not say where it fails, nor that keys repeat; the scanner does. */
function parseJson(text: string): Parsed {
  const repeated = new RepeatedKeys();
  scanJson(text, repeated);
  return {
    written: 'json',
    root: JSON.parse(text),
    faults: repeated.faults,
    scan: (listener) => scanJson(text, listener),
  };
}

function parseYaml(text: string): Parsed {
  try {
    const root = load(text, { schema: SCHEMA, maxDepth: MAX_DEPTH, maxTotalMergeKeys: MAX_MERGED_KEYS });
    return { written: 'yaml', root, faults: [], scan: (listener) => scanYaml(text, listener) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const better = SOUNDS_BETTER[error.reason] ?? `This is not valid YAML: ${error.reason}.`;
    throw error.mark === undefined ? new Unreadable(better) : new Unreadable(better, error.mark.position);
  }
}

/** Aliases let a few lines of YAML stand for billions of values, and for endless ones: counted before anybody walks. */
function measure(root: unknown): void {
  let values = 0;
  const path: (string | number)[] = [];
  const visit = (value: unknown): void => {
    if (++values > MAX_VALUES) throw new Unreadable(`The document holds more than ${MAX_VALUES} values.`);
    if (typeof value !== 'object' || value === null) return;
    if (path.length >= MAX_DEPTH) throw tooDeep(path);
    for (const [key, member] of Object.entries(value)) {
      path.push(key);
      visit(member);
      path.pop();
    }
  };
  visit(root);
}

function tooDeep(path: Path): Unreadable {
  return new Unreadable(`The document nests deeper than ${MAX_DEPTH} levels.`, path.slice(0, 3));
}
