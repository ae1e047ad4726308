import type { Platform } from '../platform.js';
import type { VersionEntry } from '../store/records.js';
import { type SpecialVersions, specialVersions } from './version.lookup.js';
import { messagesOf } from './version.messages.js';

/** Versions of one connector as callers see them; `siblings` are all of its versions. */
export function viewVersions(
  platform: Platform,
  versions: readonly VersionEntry[],
  siblings: readonly VersionEntry[],
): object[] {
  const special = specialVersions(siblings);
  return versions.map((version) => {
    const { messages, ...members } = readOnlyMembers(platform, version, special);
    const head = { id: version.id, name: version.name };
    return {
      ...head,
      ...version.body,
      ...head,
      ...members,
      ...((members.publishedAt !== null || messages.length > 0) && { messages }),
    };
  });
}

/** The read-only members of a version. */
export function readOnlyMembers(platform: Platform, version: VersionEntry, special: SpecialVersions) {
  const { id, createdAt, updatedAt, inner } = version;
  return {
    id,
    isLatest: id === special.latest?.id,
    isDefault: id === special.default?.id,
    createdAt,
    updatedAt,
    publishedAt: inner.publishedAt,
    messages: messagesOf(platform, version),
  };
}
