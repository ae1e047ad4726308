import { Bodies } from './bodies.js';
import type { Message, NewAction, NewAuthSchemeConfig, NewDefinition, NewTrigger } from './creations.js';
import { type Json, objectOf, OpenApiDocument, textOf, isObject, listOf } from './document.js';
import { MessageLog } from './message.log.js';
import { Operations } from './operations.js';
import { SchemaBook } from './schemas.js';
import { authSchemesOf } from './security.js';

/** What an OpenAPI document comes to. */
export interface Conversion {
  /** Title and version of the document; undefined where it has none. */
  readonly title: string | undefined;
  readonly version: string | undefined;
  readonly documentationURL: string | undefined;
  readonly baseUrl: string;
  readonly authSchemeConfigs: readonly NewAuthSchemeConfig[];
  readonly definitions: readonly NewDefinition[];
  readonly actions: readonly NewAction[];
  readonly triggers: readonly NewTrigger[];
  readonly messages: readonly Message[];
}

/** Converts a parsed OpenAPI 3 document. What cannot be converted becomes a message. */
export function convertDocument(root: Json): Conversion {
  const document = new OpenApiDocument(root);
  const log = new MessageLog();
  const book = new SchemaBook(document, log);
  const operations = new Operations(document, new Bodies(document, book, log), log);
  const [actions, triggers] = [operations.actions(), operations.triggers()];
  // Their bodies have added definitions, so these come last.
  const definitions = book.finish();
  const info = objectOf(document.root, 'info');
  return {
    title: textOf(info, 'title'),
    version: textOf(info, 'version'),
    documentationURL: textOf(objectOf(document.root, 'externalDocs'), 'url'),
    baseUrl: baseUrlOf(document, log),
    authSchemeConfigs: authSchemesOf(document, log),
    definitions,
    actions,
    triggers,
    messages: log.messages,
  };
}

/** The base URL of an API: its first server, with the usual values of its variables. */
export function baseUrlOf({ root }: OpenApiDocument, log: MessageLog): string {
  const [server, ...others] = listOf(root, 'servers').filter(isObject);
  const url = server && textOf(server, 'url');
  if (server === undefined || url === undefined) {
    log.note('warning', 'The document names no server; the base URL is empty.', 'servers');
    return '';
  }
  for (const other of others)
    log.note('info', 'A connector has one base URL; other servers are left out.', String(other['url']));
  const variables = objectOf(server, 'variables');
  const filled = url.replaceAll(
    /\{([^{}]+)\}/g,
    (hole, name: string) => textOf(objectOf(variables, name), 'default') ?? hole,
  );
  if (!/^https?:\/\//i.test(filled))
    log.note('warning', 'The base URL is not complete: it was relative to where the document came from.', filled);
  return filled.replace(/\/+$/, '');
}
