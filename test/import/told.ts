import { checkBytes } from '../../src/import/check/check.js';

/** What the check tells about a document, one line for each message. */
export function told(document: string | Buffer): string[] {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  return checkBytes(bytes, () => undefined).document.messages.map(
    ({ severity, text, detail = [] }) => `${severity}: ${text}${detail.map((place) => ` @ ${place}`).join('')}`,
  );
}

/** A YAML document that is right, with these lines in place of its own. */
export function yaml(lines: { openapi?: string; info?: string; paths?: string; rest?: string }): string {
  const { openapi = '3.1.0', info = '{ title: Pets, version: 1.0.0 }', paths = '{}', rest = '' } = lines;
  return `openapi: ${openapi}\ninfo: ${info}\npaths: ${paths}\n${rest}`;
}
