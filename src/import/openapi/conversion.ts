import type { Message, NewAction, NewAuthSchemeConfig, NewDefinition, NewTrigger } from './creations.js';
import { MessageLog } from './message.log.js';
import { Bodies } from './bodies.js';
import { type Json, objectOf, OpenApiDocument, textOf } from './document.js';
import { Operations } from './operations.js';
import { SchemaBook } from './schemas.js';
import { authSchemesOf } from './security.js';
import { baseUrlOf } from './servers.js';

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
