import type { Entry } from '../store/collection.js';
import type { References } from '../store/records.js';
import type { Store } from '../store/store.js';

/** A part of a version that refers to a definition. */
export interface DefinitionReference {
  readonly type: 'definition' | 'action' | 'trigger';
  readonly id: string;
  readonly name: string;
}

/** For each definition of a version, the parts that refer to it. */
export function referencesIn(store: Store, versionId: string): ReadonlyMap<string, readonly DefinitionReference[]> {
  const found = new Map<string, DefinitionReference[]>();
  const note = (type: DefinitionReference['type'], entries: readonly Entry<object, References>[]) => {
    for (const { id, name, inner } of entries)
      for (const definition of inner.references)
        if (definition !== id) listFor(found, definition).push({ type, id, name });
  };
  note('action', store.actions.list(versionId));
  note('trigger', store.triggers.list(versionId));
  note('definition', store.definitions.list(versionId));
  return found;
}

function listFor<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
