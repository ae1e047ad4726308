import type { DefinitionCreate } from '../definitions/definition.shape.js';
import type { EndpointInput } from '../endpoints/endpoint.shape.js';
import type { Message } from '../http/message.js';
import { MessageLog } from './message.log.js';
import { Bodies } from './openapi.bodies.js';
import { objectOf, parseOpenApi, textOf } from './openapi.document.js';
import { Operations } from './openapi.operations.js';
import { SchemaBook } from './openapi.schemas.js';
import { authSchemesOf, type NewAuthSchemeConfig } from './openapi.security.js';
import { baseUrlOf } from './openapi.servers.js';

/** What an OpenAPI document comes to. */
export interface Conversion {
  /** Title and version of the document; undefined where it has none. */
  readonly title: string | undefined;
  readonly version: string | undefined;
  readonly documentationURL: string | undefined;
  readonly baseUrl: string;
  readonly authSchemeConfigs: readonly NewAuthSchemeConfig[];
  readonly definitions: readonly DefinitionCreate[];
  readonly actions: readonly EndpointInput[];
  readonly triggers: readonly EndpointInput[];
  readonly messages: readonly Message[];
}

/**
 * Converts an OpenAPI 3 document, in JSON or YAML. What cannot be converted becomes a message.
 * @throws UnreadableDocument for anything else
 */
export function convertOpenApi(text: string): Conversion {
  const document = parseOpenApi(text);
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
