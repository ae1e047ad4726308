import type { VersionEntry } from '../store/records.js';
import { type SpecialVersions, specialVersions } from './version.lookup.js';

/** Versions of one connector as callers see them; `siblings` are all that the connector has. */
export function viewVersions(versions: readonly VersionEntry[], siblings: readonly VersionEntry[]): object[] {
  const special = specialVersions(siblings);
  return versions.map((version) => {
    const { messages, ...members } = readOnlyMembers(version, special);
    const head = { id: version.id, name: version.name };
    return { ...head, ...version.body, ...head, ...members, ...(members.publishedAt !== null && { messages }) };
  });
}

/** What callers see of a version, but cannot set. */
export function readOnlyMembers({ id, createdAt, updatedAt, inner }: VersionEntry, special: SpecialVersions) {
  return {
    id,
    isLatest: id === special.latest?.id,
    isDefault: id === special.default?.id,
    createdAt,
    updatedAt,
    publishedAt: inner.publishedAt,
    messages: inner.messages,
  };
}
