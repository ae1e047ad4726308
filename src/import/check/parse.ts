import { CORE_SCHEMA, YAMLException, load, mergeTag } from 'js-yaml';
import { type Diagnostic, Unreadable } from './fault.js';
import { JsonGuard } from './json.guard.js';
import { scanJson } from './json.scanner.js';
import { MAX_DEPTH, MAX_MERGED_KEYS } from './limits.js';
import type { TextListener } from './text.listener.js';
import { guardYamlText, guardYamlValue } from './yaml.guard.js';
import { scanYaml } from './yaml.scanner.js';

/** A document as the text has it. */
export interface Parsed {
  readonly written: 'json' | 'yaml';
  readonly root: unknown;
  /** What can be read, but not by everybody in the same way. */
  readonly faults: readonly Diagnostic[];
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
  [`merge keys exceeded maxTotalMergeKeys (${MAX_MERGED_KEYS})`]: `The document merges more than ${MAX_MERGED_KEYS} keys with <<.`,
};

/**
 * Reads JSON or YAML, whichever the text is.
 * @throws Unreadable when it is neither, or so large or deep that it could only be meant to harm
 */
export function parse(text: string): Parsed {
  if (/^\s*</.test(text)) throw new Unreadable('The file is a web page or XML, not an OpenAPI document.');
  return /^\s*[[{]/.test(text) ? parseBracketed(text) : parseYaml(text);
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
  const guard = new JsonGuard();
  scanJson(text, guard);
  return {
    written: 'json',
    root: JSON.parse(text),
    faults: guard.faults,
    scan: (listener) => scanJson(text, listener),
  };
}

function parseYaml(text: string): Parsed {
  guardYamlText(text);
  try {
    const root = load(text, { schema: SCHEMA, maxDepth: MAX_DEPTH, maxTotalMergeKeys: MAX_MERGED_KEYS });
    guardYamlValue(root);
    return { written: 'yaml', root, faults: [], scan: (listener) => scanYaml(text, listener) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const better = SOUNDS_BETTER[error.reason] ?? `This is not valid YAML: ${error.reason}.`;
    throw new Unreadable(better, error.mark?.position);
  }
}
