import { Unreadable } from './fault.js';
import { MAX_DEPTH, MAX_VALUES } from './limits.js';

const [LINE_FEED, RETURN, SPACE, COMMA, DASH, QUESTION, BRACKET, BRACE] = Buffer.from('\n\r ,-?[{');

/**
 * Counts what may begin a value in YAML, before it is parsed: a thread that runs out of memory in one large step takes
 * the process with it. Commas in sentences count too, so that this is more than there are.
 * @throws Unreadable when there are too many
 */
export function guardYamlText(text: string): void {
  let signs = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || code === RETURN || code === COMMA || code === BRACKET || code === BRACE) signs += 1;
    else if ((code === DASH || code === QUESTION) && text.charCodeAt(at + 1) === SPACE) signs += 1;
    if (signs > MAX_VALUES) throw new Unreadable(`The document holds more than ${MAX_VALUES} values.`, at);
  }
}

/**
 * Counts the values of parsed YAML, before anybody walks through them: aliases let a few lines stand for billions of
 * values, and for endless ones.
 * @throws Unreadable when there are too many, or too deep
 */
export function guardYamlValue(root: unknown): void {
  let values = 0;
  const visit = (value: unknown, depth: number): void => {
    if (++values > MAX_VALUES) throw new Unreadable(`The document holds more than ${MAX_VALUES} values.`);
    if (typeof value !== 'object' || value === null) return;
    if (depth >= MAX_DEPTH) throw new Unreadable(`The document nests deeper than ${MAX_DEPTH} levels.`);
    for (const member of Object.values(value)) visit(member, depth + 1);
  };
  visit(root, 0);
}
