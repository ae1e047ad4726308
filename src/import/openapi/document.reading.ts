import { type Diagnostics, Unreadable } from './diagnostics.js';
import { OpenApiDocument } from './document.js';
import { isObject, type Json, own, textOf } from './json.js';
import { convertSwagger } from './swagger.js';
import { type Parsed, parse } from './text/parse.js';

/** A parsed file: its value and, if it is one, the OpenAPI document. */
export interface Reading {
  readonly parsed: Parsed;
  /** The declared OpenAPI version, such as `3.1.0`. */
  readonly openapi: string | undefined;
  /** Undefined if it is something else; then an error says what. */
  readonly document: OpenApiDocument | undefined;
}

/**
 * Parses a file as an OpenAPI 3 document. Used by the check, the preview, and the sandbox's import.
 * @throws Unreadable when it is neither JSON nor YAML
 */
export function readDocument(bytes: Buffer, log: Diagnostics): Reading {
  const read = parse(bytes, log);
  const isSwagger = isObject(read.root) && read.root['openapi'] === undefined && read.root['swagger'] !== undefined;
  const parsed = isSwagger ? convertSwagger(read, log) : read;
  const root = isObject(parsed.root) ? parsed.root : undefined;
  const openapi = isSwagger ? '2.0' : root && textOf(root, 'openapi');
  const isRaml = parsed.text.startsWith('#%RAML');
  const fault = isRaml
    ? new Unreadable(RAML, 0)
    : root === undefined
      ? new Unreadable(notAnObject(parsed), [])
      : (otherKind(root) ?? versionFault(root, log));
  if (fault !== undefined) log.error(fault.message, fault.at ?? []);
  return { parsed, openapi, document: root === undefined || fault ? undefined : new OpenApiDocument(root) };
}

const RAML = 'This is RAML; only OpenAPI can be imported. Convert it to OpenAPI 3 first.';

function notAnObject({ root, text }: Parsed): string {
  if (/^FORMAT:\s*1A/i.test(text)) return 'This is API Blueprint; export it as OpenAPI 3.';
  if (/^\s*(?:type|schema|interface)\s+\w+\s*\{/.test(text))
    return 'This is a GraphQL schema, not an OpenAPI document.';
  if (/^\s*syntax\s*=\s*["']proto/.test(text)) return 'This is a Protocol Buffers file, not an OpenAPI document.';
  return Array.isArray(root)
    ? 'The document must be an object, but is a list.'
    : 'The document must be an object with "openapi", "info" and "paths".';
}

/** Other common file kinds, by members that an OpenAPI document does not have, and what to do instead. */
const KINDS: readonly (readonly [sign: (root: Json) => boolean, sentence: string, member?: string])[] = [
  [({ asyncapi }) => asyncapi !== undefined, 'This is an AsyncAPI document; only OpenAPI can be imported.', 'asyncapi'],
  [
    ({ arazzo }) => arazzo !== undefined,
    'This is an Arazzo document, which describes workflows; import the OpenAPI documents that it names as its sources.',
    'arazzo',
  ],
  [
    ({ overlay }) => overlay !== undefined,
    'This is an OpenAPI Overlay; apply it to its document first, and import the result.',
    'overlay',
  ],
  [
    (root) => own(root['info'], '_postman_id') !== undefined || /postman/.test(String(own(root['info'], 'schema'))),
    'This is a Postman collection; export it as OpenAPI 3, or convert it (for example with postman-to-openapi).',
    'info',
  ],
  [
    (root) => Array.isArray(own(root['log'], 'entries')),
    'This is a HAR file, a record of requests; only OpenAPI can be imported.',
    'log',
  ],
  [({ _type }) => _type === 'export', 'This is an Insomnia export; export the design document as OpenAPI 3.', '_type'],
  [
    ({ apiVersion, kind }) => typeof apiVersion === 'string' && typeof kind === 'string',
    'This is a Kubernetes manifest, not an OpenAPI document.',
    'kind',
  ],
  [
    ({ swaggerVersion }) => swaggerVersion !== undefined,
    'This is Swagger 1; convert it to OpenAPI 3 first.',
    'swaggerVersion',
  ],
  [
    ({ $schema, paths }) => typeof $schema === 'string' && paths === undefined,
    'This is a JSON Schema, not an OpenAPI document.',
    '$schema',
  ],
  [
    ({ message, error, info, paths }) =>
      (typeof message === 'string' || error !== undefined) && info === undefined && paths === undefined,
    'This looks like the error answer of a server, not like an OpenAPI document; check where it was downloaded from.',
  ],
  [
    (root) => Object.keys(root).some((key) => key.startsWith('/')),
    'This is not an OpenAPI document: paths are on its top level. In OpenAPI they are members of "paths".',
  ],
];

function otherKind(root: Json): Unreadable | undefined {
  if (root['openapi'] !== undefined) return undefined;
  const [, sentence, member] = KINDS.find(([sign]) => sign(root)) ?? [];
  return sentence === undefined ? undefined : new Unreadable(sentence, member === undefined ? [] : [member]);
}

/** Only known versions can be checked. A version that is clear but badly formatted is accepted. */
function versionFault({ openapi }: Json, log: Diagnostics): Unreadable | undefined {
  if (openapi === undefined)
    return new Unreadable('This is not an OpenAPI document: "openapi" is missing, which gives the version.', []);
  const written = typeof openapi === 'string' ? openapi : (JSON.stringify(openapi) ?? '');
  if (typeof openapi === 'string' && /^3\.[012]\.\d/.test(openapi)) return undefined;
  if (!/^3(?:\.[012])?$/.test(written))
    return new Unreadable(`OpenAPI "${written}" is not known here; 3.0, 3.1 and 3.2 are.`, ['openapi']);
  const meant = written === '3' ? '3.0' : written;
  log.warn(
    `The version of OpenAPI is a string of three numbers; it is read as "${meant}.0". Write it so, in quotes: other readers, the platform among them, may refuse the file.`,
    ['openapi'],
  );
  return undefined;
}
