import { createDefinitions } from '../definitions/definition.changes.js';
import { referencesIn } from '../definitions/definition.references.js';
import { viewDefinition } from '../definitions/definition.view.js';
import { viewConnector } from '../connectors/connector.view.js';
import { createEndpoint } from '../endpoints/endpoint.changes.js';
import { ACTIONS, TRIGGERS } from '../endpoints/endpoint.kind.js';
import { viewEndpoints } from '../endpoints/endpoint.view.js';
import type { Conversion } from '../../../src/import/openapi/conversion.js';
import type { Message } from '../http/message.js';
import type { Platform } from '../platform.js';
import type { ConnectorEntry } from '../store/records.js';
import { createVersion } from '../versions/version.changes.js';

/** A version to create from a document. */
export interface ImportedVersion {
  readonly connector: ConnectorEntry;
  readonly name: string;
  readonly converted: Conversion;
  readonly messages: readonly Message[];
}

/** Creates a draft from a document, and returns the response to the import. */
export function saveVersion(
  platform: Platform,
  { connector, name, converted: { actions, triggers, ...converted }, messages }: ImportedVersion,
): object {
  const { store } = platform;
  const definitions = converted.definitions.map(({ schema, ...definition }) => ({
    ...definition,
    schema: { contentType: 'application/schema+json', content: JSON.stringify(schema) },
  }));
  const version = createVersion(platform, store.versions, connector.id, { name });
  const versioned = { connector, version };
  const made = definitions.length > 0 ? createDefinitions(platform, versioned, definitions) : [];
  const madeActions = actions.map((action) => createEndpoint(platform, { kind: ACTIONS, ...versioned }, action));
  const madeTriggers = triggers.map((trigger) => createEndpoint(platform, { kind: TRIGGERS, ...versioned }, trigger));
  const references = referencesIn(store, version.id);
  return {
    connector: viewConnector(platform, connector),
    definitions: made.map((entry) => viewDefinition(platform, versioned, entry, references.get(entry.id) ?? [])),
    actions: viewEndpoints(platform, versioned, madeActions),
    triggers: viewEndpoints(platform, versioned, madeTriggers),
    messages,
  };
}
