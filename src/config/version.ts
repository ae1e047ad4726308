import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version in package.json: of the API document and of the service in traces. */
export function packageVersion(): string {
  const file = findPackageJSON(import.meta.url);
  if (file === undefined) throw new Error('The gateway runs without its package.json.');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
