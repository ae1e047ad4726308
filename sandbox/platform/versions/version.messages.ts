import type { Message } from '../http/message.js';
import type { Platform } from '../platform.js';
import type { DefinitionEntry, VersionEntry } from '../store/records.js';

/** The messages of a version: those of its publication, or the errors of a draft. */
export function messagesOf({ store }: Pick<Platform, 'store'>, { id, inner }: VersionEntry): readonly Message[] {
  if (inner.publishedAt !== null) return inner.messages;
  const dangling = danglingDefinitions(store.definitions.list(id)).map(({ name }) => name);
  if (dangling.length === 0) return [];
  return [{ text: 'Some definitions refer to definitions that were deleted.', severity: 'error', detail: dangling }];
}

/** The definitions of a version that refer to a missing definition. */
export function danglingDefinitions(definitions: readonly DefinitionEntry[]): DefinitionEntry[] {
  const known = new Set(definitions.map(({ id }) => id));
  return definitions.filter(({ inner }) => inner.references.some((id) => !known.has(id)));
}
