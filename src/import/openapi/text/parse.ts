import { type Diagnostics, Unreadable } from '../diagnostics.js';
import type { Path } from '../json.js';
import { decode } from './decode.js';
import { scanJson } from './json.scanner.js';
import { readJson } from './json.text.js';
import type { TextListener } from './text.places.js';
import { readYaml, scanYaml } from './yaml.text.js';

/** A parsed document with its text. */
export interface Parsed {
  readonly written: 'json' | 'yaml';
  readonly root: unknown;
  /** The text itself, without byte order mark. */
  readonly text: string;
  /** Scans the text again for the positions of its values. */
  readonly scan: (listener: TextListener) => void;
  /** Maps a value of the root to its place in the text, if the root was converted. */
  readonly placeInText?: (path: Path) => Path;
}

/**
 * Parses JSON or YAML, detected from the bytes. Accepted deviations are reported.
 * @throws Unreadable when it is neither, or when its size or depth can only be malicious
 */
export function parse(bytes: Buffer, diagnostics: Diagnostics): Parsed {
  const text = decode(bytes);
  if (/^\s*</.test(text)) throw new Unreadable('The file is a web page or XML, not an OpenAPI document.');
  return /^\s*(?:[[{]|\/[/*])/.test(text) ? parseBracketed(text, diagnostics) : parseYaml(text, diagnostics);
}

/** A text that looks like JSON may be YAML in flow style; if it is neither, JSON was meant. */
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

/** In YAML such a comment would become part of the next key, so that the key would be read wrongly. */
function hasSlashComments(text: string): boolean {
  return /^[ \t]*\/[/*]/m.test(text);
}
