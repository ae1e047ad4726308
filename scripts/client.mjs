import { createClient } from '@hey-api/openapi-ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { examplesModule } from './client-examples.mjs';
import { withMeantTypes } from './client-types.mjs';

// Writes the client for frontends from the API document: `node scripts/client.mjs [directory]`.

const inRepository = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [directory = inRepository('client/src/generated')] = process.argv.slice(2);

/**
 * Pages that a browser goes to, what only the identity provider calls, and event streams: the generated reader repeats
 * a request that was refused for ever, so `client/src` has its own.
 */
const NOT_GENERATED = [
  'GET /auth/login',
  'GET /auth/callback',
  'GET /auth/events',
  'POST /auth/backchannel-logout',
  'GET /api/connect/v1/o/{organisation_id}/imports/{idempotency_key}/progress',
];

/**
 * The platform's contract lists no codes, so an operation of the platform may answer with one that the API document does
 * not have. In the client that is a variant of its own, whose `code` equals no other string: a misspelt
 * code does not compile, and a `switch` over all listed codes still needs its `default`.
 */
const UNLISTED = 'UnlistedProblem';

await createClient({
  input: prepared(JSON.parse(readFileSync(inRepository('docs/openapi.json'), 'utf8'))),
  output: { path: directory, module: { extension: '.js' } },
  logs: { level: 'silent', file: false },
  parser: { filters: { operations: { exclude: NOT_GENERATED } } },
  plugins: [
    '@hey-api/client-fetch',
    // Types are named as in the document, and so as at the platform: `HTTPConnector`, not `HttpConnector`.
    { name: '@hey-api/typescript', definitions: { case: 'preserve' } },
    // The session is a cookie, which the browser sends by itself.
    { name: '@hey-api/sdk', auth: false, operations: { methodName: { casing: 'preserve', name: lowerFirst } } },
    { name: '@tanstack/react-query', case: 'preserve' },
  ],
});

brandUnlisted(join(directory, 'types.gen.ts'));
dropComment(join(directory, 'client', 'types.gen.ts'), 'Install {@link');
typeFailures();
const examples = examplesModule(inRepository('docs/openapi.json'), lowerFirst);
writeFileSync(join(directory, 'examples.gen.ts'), examples);

/** A call can also fail without an answer of the gateway; the generated code types that as one of its problems. */
function typeFailures() {
  const client = join(directory, 'client', 'client.gen.ts');
  replaceOnce(client, 'let finalError = error;', 'let finalError = failureOf(error, response);');
  replaceOnce(client, 'import { createSseClient }', `${importOf('failureOf', '../../')}import { createSseClient }`);
  const types = join(directory, 'client', 'types.gen.ts');
  const error = 'error: TError extends Record<string, unknown> ? TError[keyof TError] : TError;';
  replaceOnce(types, error, error.replace(/ (TError extends.*);$/, ' ($1) | ConnectionFailure;'));
  replaceOnce(types, 'import type { Auth }', `${importOf('type ConnectionFailure', '../../')}import type { Auth }`);
  const operations = join(directory, 'types.gen.ts');
  const unions = /^(export type (\w+)Error = \2Errors\[keyof \2Errors\]);$/gm;
  write(operations, (text) =>
    text
      .replace('\n\n', `\n\n${importOf('type ConnectionFailure', '../')}\n`)
      .replace(unions, '$1 | ConnectionFailure;'),
  );
}

function importOf(name, from) {
  return `import { ${name} } from '${from}failure.js';\n`;
}

/** Changes one place of a generated file; fails where a new version of the generator writes it otherwise. */
function replaceOnce(file, from, to) {
  write(file, (text) => {
    if (text.split(from).length !== 2) throw new Error(`${file} does not have "${from}" once`);
    return text.replace(from, to);
  });
}

function write(file, change) {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** The generator advertises another package of its own; this one has no business with it. */
function dropComment(file, beginning) {
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, lines.filter((line) => !line.trim().startsWith(`* ${beginning}`)).join('\n'));
}

/** The contract's name of an operation as a name of a function: `CreateHTTPConnector` is `createHTTPConnector`. */
function lowerFirst(operationId) {
  return operationId.charAt(0).toLowerCase() + operationId.slice(1);
}

function prepared(document) {
  // A generated function takes the first body; the form's functions are written by hand.
  for (const { post } of Object.values(document.paths)) {
    const content = post?.requestBody?.content;
    if (content?.['multipart/form-data'])
      post.requestBody.content = { 'application/json': content['application/json'], ...content };
  }
  return withUnlisted(withMeantTypes(document));
}

function withUnlisted(document) {
  const { schemas } = document.components;
  const status = { type: 'integer', minimum: 400, maximum: 499 };
  schemas[UNLISTED] = {
    description: 'An error of the platform with a status or a code that the API document does not list.',
    allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', required: ['status', 'code'] }],
  };
  Object.assign(schemas[UNLISTED].allOf[1], { properties: { status, code: { type: 'string' } } });
  const answer = { schema: { $ref: `#/components/schemas/${UNLISTED}` } };
  for (const [path, item] of Object.entries(document.paths))
    for (const operation of Object.values(item))
      if (path.startsWith('/api/connect/v1/') && '502' in operation.responses)
        operation.responses.default = { description: 'Unlisted.', content: { 'application/problem+json': answer } };
  return document;
}

/** Gives the unlisted code a type that no listed code has, which JSON Schema cannot express. */
function brandUnlisted(file) {
  const source = readFileSync(file, 'utf8');
  const declaration = new RegExp(`(export type ${UNLISTED} = Problem & \\{[^}]*\\bcode: )string;`);
  if (!declaration.test(source)) throw new Error(`${UNLISTED} is not declared as expected`);
  // A pattern that no code matches: still a string, but a comparison with any code is an error.
  const brand =
    '\n/** A code that the API document does not list; print it, do not compare it. */\n' +
    'export type UnlistedCode = `(unlisted) ${string}`;\n';
  writeFileSync(file, source.replace(declaration, '$1UnlistedCode;') + brand);
}
