import { createConnector, type NewConnector } from '../connectors/connector.changes.js';
import { createDefinitions } from '../definitions/definition.changes.js';
import { createEndpoint } from '../endpoints/endpoint.changes.js';
import { ACTIONS, ENDPOINT_KINDS, TRIGGERS } from '../endpoints/endpoint.kind.js';
import type { EndpointInput } from '../endpoints/endpoint.shape.js';
import type { Platform } from '../platform.js';
import type { ConnectorEntry, VersionEntry } from '../store/records.js';
import { changeVersion, createVersion } from '../versions/version.changes.js';
import { copyChildren } from '../versions/version.copy.js';
import { judge } from '../versions/version.publish.js';

/** The content of a version. */
export interface Content {
  /** JSON Schemas by name, which refer to each other as `#/$defs/{name}`. */
  readonly definitions: Readonly<Record<string, object>>;
  readonly actions: readonly EndpointInput[];
  readonly triggers: readonly EndpointInput[];
  /** Names of actions and triggers that the platform has not validated. */
  readonly unvalidated?: readonly string[];
  /** Names of definitions that were deleted while still referred to. */
  readonly deleted?: readonly string[];
}

/** A version to create. */
export interface SeedVersion {
  readonly name: string;
  readonly description?: string;
  /** Either its own content, or a copy of the previous version's. */
  readonly content?: Content;
  readonly isPublished?: boolean;
  readonly isDefault?: boolean;
  /** Products that use it. */
  readonly subscribers?: readonly string[];
}

/** Creates a connector with its versions, oldest first. */
export function seedConnector(
  platform: Platform,
  organisationId: string,
  connector: NewConnector,
  versions: readonly SeedVersion[],
): ConnectorEntry {
  const made = createConnector(platform, organisationId, connector);
  let before: VersionEntry | undefined;
  for (const version of versions) before = seedVersion(platform, made, version, before);
  return made;
}

function seedVersion(
  platform: Platform,
  connector: ConnectorEntry,
  { name, description, content, isPublished = false, isDefault = false, subscribers = [] }: SeedVersion,
  before: VersionEntry | undefined,
): VersionEntry {
  const { versions } = platform.store;
  const version = createVersion(platform, versions, connector.id, {
    name,
    body: { ...(description && { description }) },
  });
  if (content) fill(platform, connector, version, content);
  else if (before) copyChildren(platform, before.id, version.id);
  return isPublished
    ? changeVersion(platform, version, {
        publishedAt: platform.now(),
        messages: judge(platform, version).messages,
        isDefault,
        subscribers,
      })
    : version;
}

function fill(platform: Platform, connector: ConnectorEntry, version: VersionEntry, content: Content): void {
  const versioned = { connector, version };
  const definitions = Object.entries(content.definitions).map(([name, schema]) => ({
    name,
    accept: ['application/json'],
    schema: { contentType: 'application/schema+json', content: JSON.stringify(schema) },
  }));
  if (definitions.length > 0) createDefinitions(platform, versioned, definitions);
  for (const action of content.actions) createEndpoint(platform, { kind: ACTIONS, ...versioned }, action);
  for (const trigger of content.triggers) createEndpoint(platform, { kind: TRIGGERS, ...versioned }, trigger);
  for (const name of content.unvalidated ?? [])
    for (const { plural } of ENDPOINT_KINDS) forgetValidation(platform.store[plural], version.id, name);
  for (const name of content.deleted ?? []) {
    const definition = platform.store.definitions.find(version.id, name);
    if (definition) platform.store.delete(definition.id);
  }
}

function forgetValidation(endpoints: Platform['store']['actions'], versionId: string, name: string): void {
  const found = endpoints.find(versionId, name);
  if (found) endpoints.update({ ...found, inner: { ...found.inner, isUnvalidated: true } });
}
