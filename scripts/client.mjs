import { createClient } from '@hey-api/openapi-ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Writes the client for frontends from the API document: `node scripts/client.mjs [directory]`.

const inRepository = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [directory = inRepository('client/src/generated')] = process.argv.slice(2);

/** Pages that a browser goes to, and what only the identity provider calls. */
const NOT_FOR_FRONTENDS = ['GET /auth/login', 'GET /auth/callback', 'POST /auth/backchannel-logout'];

await createClient({
  input: inRepository('docs/openapi.json'),
  output: { path: directory, module: { extension: '.js' } },
  logs: { level: 'silent', file: false },
  parser: { filters: { operations: { exclude: NOT_FOR_FRONTENDS } } },
  plugins: [
    '@hey-api/client-fetch',
    // Types are named as in the document, and so as at the platform: `HTTPConnector`, not `HttpConnector`.
    { name: '@hey-api/typescript', definitions: { case: 'preserve' } },
    // The session is a cookie, which the browser sends by itself.
    { name: '@hey-api/sdk', auth: false, operations: { methodName: { casing: 'preserve', name: lowerFirst } } },
  ],
});

dropComment(join(directory, 'client', 'types.gen.ts'), 'Install {@link');

/** The generator advertises another package of its own; this one has no business with it. */
function dropComment(file, beginning) {
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, lines.filter((line) => !line.trim().startsWith(`* ${beginning}`)).join('\n'));
}

/** The contract's name of an operation as a name of a function: `CreateHTTPConnector` is `createHTTPConnector`. */
function lowerFirst(operationId) {
  return operationId.charAt(0).toLowerCase() + operationId.slice(1);
}
