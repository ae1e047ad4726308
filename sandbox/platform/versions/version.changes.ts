import { conflict } from '../http/api.error.js';
import type { Platform } from '../platform.js';
import type { Collection } from '../store/collection.js';
import type { VersionEntry } from '../store/records.js';

/** A version to create. */
export interface NewVersion {
  readonly id?: string;
  readonly name: string;
  readonly body?: VersionEntry['body'];
}

type Versions = Collection<VersionEntry['body'], VersionEntry['inner']>;

/**
 * Creates an empty draft.
 * @param versions the collection: the versions of connectors, or those of connections
 * @throws ApiError 409 if the name is in use
 */
export function createVersion(platform: Platform, versions: Versions, parent: string, made: NewVersion): VersionEntry {
  const { id = platform.newId(), name, body = {} } = made;
  refuseTakenName(versions, parent, name);
  const inner = { publishedAt: null, isDefault: false, messages: [], subscribers: [] };
  return versions.insert({ id, parent, name, body, inner }, platform.now());
}

/** Changes the state of a version, and the time of its last update. */
export function changeVersion(
  { store, now }: Platform,
  version: VersionEntry,
  changes: Partial<VersionEntry['inner']>,
): VersionEntry {
  return store.versions.update({ ...version, updatedAt: now(), inner: { ...version.inner, ...changes } });
}

/** Throws ApiError 409 if another version has the name. */
export function refuseTakenName(versions: Versions, parent: string, name: string): void {
  if (versions.find(parent, name)) throw conflict('version_exists', `There is a version named "${name}" already.`);
}
