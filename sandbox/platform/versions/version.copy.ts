import { mapLinks } from '../endpoints/endpoint.links.js';
import type { Platform } from '../platform.js';

/** A reference to a definition, as stored in schemas. */
const REFERENCE = /(?<=definition:)[0-9A-Z]{26}/g;

/** Copies the actions, triggers and definitions of one version into another. The copies refer to each other. */
export function copyChildren({ store, newId, now }: Platform, from: string, to: string): void {
  const { definitions, actions, triggers } = store;
  const newIds = new Map(definitions.list(from).map(({ id }) => [id, newId()]));
  const renamed = (id: string) => newIds.get(id) ?? id;
  for (const entry of definitions.list(from)) {
    const { schema, references } = entry.inner;
    const inner = {
      ...entry.inner,
      schema: schema.replaceAll(REFERENCE, renamed),
      references: references.map(renamed),
    };
    definitions.insert({ ...entry, id: renamed(entry.id), parent: to, inner }, now());
  }
  for (const endpoints of [actions, triggers])
    for (const entry of endpoints.list(from)) {
      const body = mapLinks(entry.body, ({ definition }) => ({
        id: newId(),
        definition: { id: renamed(definition.id) },
      }));
      const inner = { ...entry.inner, references: entry.inner.references.map(renamed) };
      endpoints.insert({ ...entry, id: newId(), parent: to, body, inner }, now());
    }
}
