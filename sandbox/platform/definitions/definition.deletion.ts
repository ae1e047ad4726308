import { ApiError, type Fault, invalid } from '../http/api.error.js';
import type { DefinitionEntry } from '../store/records.js';
import type { Store } from '../store/store.js';
import { referencesIn } from './definition.references.js';

/**
 * Finds definitions by ids and names.
 * @throws ApiError 400 for an unknown definition, or one that is named twice
 */
export function selectDefinitions(
  definitions: readonly DefinitionEntry[],
  { ids = [], names = [] }: { ids?: readonly string[]; names?: readonly string[] },
): DefinitionEntry[] {
  const faults: Fault[] = [];
  const selected = new Set<DefinitionEntry>();
  const select = (field: string, found: DefinitionEntry | undefined) => {
    if (found === undefined) faults.push({ field, message: 'is no definition of this version' });
    else if (selected.has(found)) faults.push({ field, message: 'is named twice' });
    else selected.add(found);
  };
  for (const [i, wanted] of ids.entries())
    select(
      `ids[${i}]`,
      definitions.find(({ id }) => id === wanted),
    );
  for (const [i, wanted] of names.entries())
    select(
      `names[${i}]`,
      definitions.find(({ name }) => name === wanted),
    );
  if (faults.length > 0) throw invalid(...faults);
  return [...selected];
}

/**
 * Deletes definitions of one version.
 * @throws ApiError 412 if a remaining part refers to one of them, unless it is forced
 */
export function deleteDefinitions(
  store: Store,
  versionId: string,
  doomed: readonly DefinitionEntry[],
  force: boolean,
): void {
  const ids = new Set(doomed.map(({ id }) => id));
  const references = force ? new Map<string, never>() : referencesIn(store, versionId);
  for (const { id, name } of doomed) {
    const referencedBy = (references.get(id) ?? []).filter((reference) => !ids.has(reference.id));
    if (referencedBy.length > 0)
      throw new ApiError(
        412,
        'definition_referenced',
        `Other things refer to definition "${name}"; "force" deletes it.`,
        {
          definition: { id, name, referencedBy },
        },
      );
  }
  for (const id of ids) store.delete(id);
}
