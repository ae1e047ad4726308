import { Bodies } from './bodies.js';
import type { NewAction, NewAuthSchemeConfig, NewDefinition, NewTrigger } from './connector.model.js';
import type { Diagnostics } from './diagnostics.js';
import type { OpenApiDocument } from './document.js';
import { Effort } from './effort.js';
import { objectOf, textOf } from './json.js';
import { Operations } from './operations.js';
import { Parameters } from './parameters.js';
import { SchemaBook } from './schemas.js';
import { authSchemesOf } from './security.js';
import { Servers } from './servers.js';

/** The result of converting an OpenAPI document. */
export interface Conversion {
  /** Title and version of the document; undefined if it has none. */
  readonly title: string | undefined;
  readonly version: string | undefined;
  readonly documentationURL: string | undefined;
  readonly baseUrl: string;
  readonly authSchemeConfigs: readonly NewAuthSchemeConfig[];
  readonly definitions: readonly NewDefinition[];
  readonly actions: readonly NewAction[];
  readonly triggers: readonly NewTrigger[];
}

/**
 * Converts an OpenAPI 3 document. What cannot be converted is omitted or changed, and reported.
 * @throws Unreadable when references expand it to more than can be imported
 */
export function convertDocument(document: OpenApiDocument, log: Diagnostics, effort = new Effort()): Conversion {
  const book = new SchemaBook(document, log, effort);
  const servers = new Servers(document, log);
  const parameters = new Parameters(document, log, effort);
  const operations = new Operations(document, parameters, new Bodies(document, book, log, effort), servers, log);
  const [actions, triggers] = [operations.actions(), operations.triggers()];
  // Last, because the bodies above have added definitions.
  const definitions = book.finish();
  const info = objectOf(document.root, 'info');
  return {
    title: textOf(info, 'title'),
    version: textOf(info, 'version'),
    documentationURL: textOf(objectOf(document.root, 'externalDocs'), 'url'),
    baseUrl: servers.baseUrl,
    authSchemeConfigs: authSchemesOf(document, log),
    definitions,
    actions,
    triggers,
  };
}
