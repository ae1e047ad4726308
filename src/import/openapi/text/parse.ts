import { type Diagnostics, Unreadable } from '../diagnostics.js';
import type { Path } from '../json.js';
import { decode } from './decode.js';
import { scanJson } from './json.scanner.js';
import { readJson } from './json.text.js';
import type { TextListener } from './text.places.js';
import { readYaml, scanYaml } from './yaml.text.js';

/** A document as its text has it. */
export interface Parsed {
  readonly written: 'json' | 'yaml';
  readonly root: unknown;
  /** The text itself, without byte order mark. */
  readonly text: string;
  /** Reads the text once more, for the places in it. */
  readonly scan: (listener: TextListener) => void;
  /** Where in the text a value of the root is, where the root is not what the text has. */
  readonly placeInText?: (path: Path) => Path;
}

/**
 * Reads JSON or YAML, whichever the bytes are. What was forgiven is said.
 * @throws Unreadable when they are neither, or so large or deep that they could only be meant to harm
 */
export function parse(bytes: Buffer, diagnostics: Diagnostics): Parsed {
  const text = decode(bytes);
  if (/^\s*</.test(text)) throw new Unreadable('The file is a web page or XML, not an OpenAPI document.');
  return /^\s*(?:[[{]|\/[/*])/.test(text) ? parseBracketed(text, diagnostics) : parseYaml(text, diagnostics);
}

/** What looks like JSON may be YAML in its flow style; when it is neither, JSON was meant. */
function parseBracketed(text: string, diagnostics: Diagnostics): Parsed {
  try {
    return parseJson(text, diagnostics);
  } catch (error) {
    if (!(error instanceof Unreadable) || /nests deeper|holds more/.test(error.message) || hasSlashComments(text))
      throw error;
    try {
      const parsed = parseYaml(text, diagnostics);
      diagnostics.add('warning', `${error.message} It was read as YAML instead.`, { at: error.at ?? 0 });
      return parsed;
    } catch {
      throw error;
    }
  }
}

function parseJson(text: string, diagnostics: Diagnostics): Parsed {
  const root = readJson(text, diagnostics);
  return { written: 'json', root, text, scan: (listener) => void scanJson(text, listener) };
}

function parseYaml(text: string, diagnostics: Diagnostics): Parsed {
  const { root, text: read } = readYaml(text, diagnostics);
  return { written: 'yaml', root, text, scan: (listener) => scanYaml(read, listener) };
}

/** To YAML such a comment is the beginning of the next key, so that it would be read as something else. */
function hasSlashComments(text: string): boolean {
  return /^[ \t]*\/[/*]/m.test(text);
}
