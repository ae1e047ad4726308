import { checkBytes } from '../../src/import/check/check.js';
import type { Plan } from '../../src/import/openapi/plan.js';

/** The messages of the check, one line each. */
export function told(document: string | Buffer): string[] {
  return checked(document).told;
}

/** The messages of the check, and the plan of the import. */
export function checked(document: string | Buffer): { told: string[]; plan: Plan | undefined } {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  const { document: found, plan } = checkBytes(bytes, () => undefined);
  const lines = found.messages.map(
    ({ severity, text, detail = [] }) => `${severity}: ${text}${detail.map((place) => ` @ ${place}`).join('')}`,
  );
  return { told: lines, plan };
}

/** The message about a document without `servers`, like most test documents. */
export const NO_SERVER =
  'warning: The document names no server: the base URL is empty, and no action can be called until the connector gets one. Name it under "servers". @ line 1, column 1';

/** A valid YAML document with these lines replaced. */
export function yaml(lines: { openapi?: string; info?: string; paths?: string; rest?: string }): string {
  const { openapi = '3.1.0', info = '{ title: Pets, version: 1.0.0 }', paths = '{}', rest = '' } = lines;
  return `openapi: ${openapi}\ninfo: ${info}\npaths: ${paths}\nservers: [{ url: https://api.example.com }]\n${rest}`;
}
