import { load } from 'js-yaml';
import { isObject, isBounded, type Json, parseLossless } from '../http/json.js';
import type { Message } from '../http/message.js';

const MAX_REFERENCES = 32;

/** A text is no OpenAPI document that can be taken; `messages` say why. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';
  readonly messages: readonly Message[];

  constructor(message: string, detail: readonly string[] = []) {
    super(message);
    this.messages = [{ text: message, severity: 'error', ...(detail.length > 0 && { detail }) }];
  }
}

/** An OpenAPI 3 document. */
export class OpenApiDocument {
  constructor(readonly root: Json) {}

  /** An object in the document, references followed; empty where there is none. */
  resolve(value: unknown): Json {
    let found = value;
    for (let i = 0; i < MAX_REFERENCES && isObject(found) && typeof found['$ref'] === 'string'; i++)
      found = this.lookUp(found['$ref']);
    return isObject(found) && typeof found['$ref'] !== 'string' ? found : {};
  }

  /** What a reference within the document leads to; undefined where it leads nowhere, or elsewhere. */
  lookUp(reference: string): unknown {
    if (!reference.startsWith('#/')) return undefined;
    let found: unknown = this.root;
    for (const part of pointerParts(reference)) {
      if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
      found = (found as Json)[part];
    }
    return found;
  }
}

/** The names that a reference goes along. */
export function pointerParts(reference: string): string[] {
  return reference
    .slice(2)
    .split('/')
    .map((part) => decode(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A member that is an object; empty where it is none. */
export function objectOf(value: Json, member: string): Json {
  const found = value[member];
  return isObject(found) ? found : {};
}

/** A member that is a list; empty where it is none. */
export function listOf(value: Json, member: string): unknown[] {
  const found = value[member];
  return Array.isArray(found) ? found : [];
}

/** A member that is a text; undefined where it is none. */
export function textOf(value: Json, member: string): string | undefined {
  const found = value[member];
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/**
 * Reads an OpenAPI 3 document, in JSON or YAML.
 * @throws UnreadableDocument for anything else
 */
export function parseOpenApi(text: string): OpenApiDocument {
  const root = parse(text);
  if (!isObject(root)) throw new UnreadableDocument('The file is no OpenAPI document: it is not an object.');
  if (!isBounded(root)) throw new UnreadableDocument('The file is too big, or nests too deep.');
  if (root['swagger'] !== undefined)
    throw new UnreadableDocument('The file is Swagger 2.0; convert it to OpenAPI 3 first.');
  // YAML makes a number of a version that is not quoted.
  const version = JSON.stringify(root['openapi'])?.replaceAll('"', '') ?? 'missing';
  if (!/^3(\.\d|$)/.test(version))
    throw new UnreadableDocument('The file is no OpenAPI 3 document.', [`openapi: ${version}`]);
  return new OpenApiDocument(root);
}

function parse(text: string): unknown {
  try {
    return text.trimStart().startsWith('{') ? parseLossless(text) : load(text);
  } catch (jsonError) {
    if (!text.trimStart().startsWith('{')) throw notWritten(jsonError);
  }
  // A document in YAML may begin with a brace too.
  try {
    return load(text);
  } catch (error) {
    throw notWritten(error);
  }
}

function notWritten(error: unknown): UnreadableDocument {
  const [reason = ''] = (error as Error).message.split('\n');
  return new UnreadableDocument('The file is neither JSON nor YAML.', [reason]);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
