import { DefinitionCatalog } from '../definitions/definition.catalog.js';
import { type EndpointError, endpointErrors } from '../endpoints/endpoint.errors.js';
import { ENDPOINT_KINDS } from '../endpoints/endpoint.kind.js';
import type { Fault } from '../http/api.error.js';
import type { Message } from '../http/message.js';
import type { Platform } from '../platform.js';
import type { DefinitionEntry, EndpointEntry, VersionEntry } from '../store/records.js';
import { danglingDefinitions } from './version.messages.js';

/** The result of checking whether a version can be published. */
export interface Verdict {
  /** Why it cannot be published; empty if it can. */
  readonly faults: readonly Fault[];
  /** Warnings about the published version. */
  readonly messages: readonly Message[];
}

/** An action or trigger, and the prefix of paths to it. */
type PlacedEndpoint = EndpointEntry & { readonly path: string };

/** Checks whether a version can be published. */
export function judge({ store }: Platform, { id }: VersionEntry): Verdict {
  const definitions = store.definitions.list(id);
  const endpoints = ENDPOINT_KINDS.flatMap(({ plural }) =>
    store[plural].list(id).map((entry) => ({ ...entry, path: `${plural}.${entry.name}` })),
  );
  const findings = findingsOf(endpoints, new DefinitionCatalog(store, id));
  const errors = findings.filter(({ severity }) => severity === 'error');
  const empty = { field: 'actions', message: 'must have an action, or there must be a trigger' };
  return {
    faults: [
      ...(endpoints.length === 0 ? [empty] : []),
      ...errors.map(({ field, message }) => ({ field, message })),
      ...danglingIn(definitions),
    ],
    messages: [
      ...about(
        'warning',
        'Some actions or triggers deserve a look.',
        findings.map(({ field, message }) => `${field}: ${message}`),
      ),
      ...about('info', 'Nothing uses some of the definitions.', unusedOf(definitions, endpoints)),
    ],
  };
}

function findingsOf(endpoints: readonly PlacedEndpoint[], catalog: DefinitionCatalog): EndpointError[] {
  return endpoints.flatMap(({ path, body }) =>
    endpointErrors(body, catalog).map((error) => ({ ...error, field: `${path}.${error.field}` })),
  );
}

function danglingIn(definitions: readonly DefinitionEntry[]): Fault[] {
  return danglingDefinitions(definitions).map(({ name }) => ({
    field: `definitions.${name}`,
    message: 'refers to a definition that was deleted',
  }));
}

function unusedOf(definitions: readonly DefinitionEntry[], endpoints: readonly PlacedEndpoint[]): string[] {
  const used = new Set([...endpoints, ...definitions].flatMap(({ inner }) => inner.references));
  return definitions.filter(({ id }) => !used.has(id)).map(({ name }) => name);
}

function about(severity: Message['severity'], text: string, detail: string[]): Message[] {
  return detail.length === 0 ? [] : [{ text, severity, detail }];
}
