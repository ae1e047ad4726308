import { load } from 'js-yaml';
import { isUtf8 } from 'node:buffer';
import { Problem } from './problem.js';

/** How deep objects and arrays may nest. */
const MAX_DEPTH = 64;
/** Members, and lists and objects, of a whole body: parsing takes up to a microsecond for each of them. */
const MAX_MEMBERS = 50_000;
const MAX_CONTAINERS = 500_000;
const MAX_LOCATED_CHARACTERS = 65_536;

/**
 * Parses the JSON of a request. Stricter than `JSON.parse`, because what is checked must be what the platform reads
 * from the same bytes: invalid UTF-8 and members given twice, which two parsers read differently, are refused.
 * @throws Problem 400 `malformed_json`
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw malformed('The body is not valid UTF-8.');
  const { depth, members, containers } = scan(bytes);
  if (depth > MAX_DEPTH) throw malformed(`The body nests deeper than ${MAX_DEPTH} levels.`);
  if (members > MAX_MEMBERS) throw malformed(`The body has more than ${MAX_MEMBERS} members.`);
  if (containers > MAX_CONTAINERS) throw malformed(`The body has more than ${MAX_CONTAINERS} lists and objects.`);
  const text = bytes.toString('utf8');
  const value = parse(text);
  if (countMembers(value) !== members)
    throw malformed(`A member is given twice in one object${whereRepeated(text)}; keep one of them.`);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [, line, column] = /line (\d+) column (\d+)/.exec((error as Error).message) ?? [];
    const where = line === undefined ? '' : ` at line ${line}, column ${column}`;
    throw malformed(text === '' ? 'The body is empty; send a JSON object.' : `The body is not valid JSON${where}.`);
  }
}

/** Counts depth, members and containers in the text: each colon outside a string follows a member's name. */
function scan(bytes: Buffer): { depth: number; members: number; containers: number } {
  let depth = 0;
  let level = 0;
  let members = 0;
  let containers = 0;
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case 0x22: // a string: go to its end
        for (i += 1; i < bytes.length && bytes[i] !== 0x22; i++) if (bytes[i] === 0x5c) i += 1;
        break;
      case 0x7b:
      case 0x5b:
        level += 1;
        containers += 1;
        if (level > depth) depth = level;
        break;
      case 0x7d:
      case 0x5d:
        level -= 1;
        break;
      case 0x3a:
        members += 1;
        break;
    }
  }
  return { depth, members, containers };
}

/** Number of members after parsing, where a repeated one counts once. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) for (const element of value) count += countMembers(element);
  // Parsed JSON has no enumerable inherited members.
  else for (const name in value) count += 1 + countMembers((value as Record<string, unknown>)[name]);
  return count;
}

/** JSON is YAML, and a YAML parser reports where a key repeats. It is slow, so large bodies go without. */
function whereRepeated(text: string): string {
  if (text.length > MAX_LOCATED_CHARACTERS) return '';
  try {
    load(text);
  } catch (error) {
    const { mark } = error as { mark?: { line: number; column: number } };
    if (mark) return ` (line ${mark.line + 1}, column ${mark.column})`;
  }
  return '';
}

function malformed(sentence: string): Problem {
  return new Problem('malformed_json', { message: sentence });
}
