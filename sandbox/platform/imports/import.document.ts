import { load } from 'js-yaml';
import { isObject, isBounded, type Json, parseLossless } from '../http/json.js';
import type { Message } from '../http/message.js';

/** A text is no OpenAPI document that can be taken; `messages` say why. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';
  readonly messages: readonly Message[];

  constructor(message: string, detail: string[] = []) {
    super(message);
    this.messages = [{ text: message, severity: 'error', ...(detail.length > 0 && { detail }) }];
  }
}

/**
 * Reads an OpenAPI 3 document, in JSON or YAML.
 * @throws UnreadableDocument for anything else
 */
export function parseDocument(text: string): Json {
  const root = parse(text);
  if (!isObject(root)) throw new UnreadableDocument('The file is no OpenAPI document: it is not an object.');
  if (!isBounded(root)) throw new UnreadableDocument('The file is too big, or nests too deep.');
  if (root['swagger'] !== undefined)
    throw new UnreadableDocument('The file is Swagger 2.0; convert it to OpenAPI 3 first.');
  // YAML makes a number of a version that is not quoted.
  const version = JSON.stringify(root['openapi'])?.replaceAll('"', '') ?? 'missing';
  if (!/^3(\.\d|$)/.test(version))
    throw new UnreadableDocument('The file is no OpenAPI 3 document.', [`openapi: ${version}`]);
  return root;
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
