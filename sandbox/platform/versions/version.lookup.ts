import { connectorOf } from '../connectors/connector.lookup.js';
import { conflict, notFound } from '../http/api.error.js';
import type { Call } from '../http/route.js';
import type { Platform } from '../platform.js';
import type { ConnectorEntry, VersionEntry } from '../store/records.js';

/** A version and its connector. */
export interface Versioned {
  readonly connector: ConnectorEntry;
  readonly version: VersionEntry;
}

/** The targets of the reserved names. */
export interface SpecialVersions {
  readonly latest: VersionEntry | undefined;
  readonly default: VersionEntry | undefined;
}

/** The version in a path. */
export function versionOf(call: Call): Versioned {
  const connector = connectorOf(call);
  return { connector, version: versionNamed(call.platform, connector.id, call.params['version'] ?? '') };
}

/**
 * The version in a path, for a change.
 * @throws ApiError 409 if it is published
 */
export function draftOf(call: Call): Versioned {
  const versioned = versionOf(call);
  refusePublished(versioned.version);
  return versioned;
}

/**
 * A version by its name, including reserved names.
 * @throws ApiError 404 if there is none
 */
export function versionNamed(platform: Platform, connectorId: string, name: string): VersionEntry {
  const found = findVersion(platform, connectorId, name);
  if (found === undefined) throw notFound('version');
  return found;
}

/** A version by its name, including reserved names. */
export function findVersion({ store }: Platform, connectorId: string, name: string): VersionEntry | undefined {
  if (name !== 'latest' && name !== 'default') return store.versions.find(connectorId, name);
  return specialVersions(store.versions.list(connectorId))[name];
}

/** Finds the targets of the reserved names among all versions of a connector. */
export function specialVersions(versions: readonly VersionEntry[]): SpecialVersions {
  const published = versions
    .filter(({ inner }) => inner.publishedAt !== null)
    .toSorted((a, b) => ((a.inner.publishedAt ?? '') < (b.inner.publishedAt ?? '') ? 1 : -1));
  const latest = published[0];
  return { latest, default: published.find(({ inner }) => inner.isDefault) ?? latest };
}

/** Throws ApiError 409 for a published version, which is immutable. */
export function refusePublished({ name, inner }: VersionEntry): void {
  if (inner.publishedAt !== null)
    throw conflict('version_published', `Version "${name}" is published and cannot be changed; make a new one of it.`);
}

/** Updates the time of a version's last change, and so its connector's. */
export function touchVersion({ store, now }: Platform, { connector, version }: Versioned): void {
  const time = now();
  store.versions.touch(version.id, time);
  store.connectors.touch(connector.id, time);
}
