import { conflict, invalid } from '../http/api.error.js';
import type { Platform } from '../platform.js';
import type { DefinitionEntry } from '../store/records.js';
import type { Versioned } from '../versions/version.lookup.js';
import { DefinitionCatalog } from './definition.catalog.js';
import { DefinitionIntake } from './definition.intake.js';
import { DefinitionScope } from './definition.scope.js';
import type { DefinitionCreate, DefinitionUpdate } from './definition.shape.js';

type Inner = DefinitionEntry['inner'];

/**
 * Creates definitions, which may refer to each other and to existing ones.
 * @throws ApiError 400 for references to unknown definitions, 409 for a name that is in use
 */
export function createDefinitions(
  platform: Platform,
  versioned: Versioned,
  made: readonly DefinitionCreate[],
): DefinitionEntry[] {
  for (const { name } of made) refuseTakenName(platform, versioned, name);
  const ids = new Map(made.map(({ name }) => [name, platform.newId()]));
  const catalog = new DefinitionCatalog(platform.store, versioned.version.id);
  const intake = new DefinitionIntake(new DefinitionScope(platform, versioned, catalog, ids));
  const inners = made.map(({ schema, accept }, i) => intake.take(schema, accept, `definitions[${i}].schema`));
  if (intake.faults.length > 0) throw invalid(...intake.faults);
  return made.map(({ name, schema: _schema, ...body }, i) => {
    const id = ids.get(name) ?? platform.newId();
    const inner: Inner = inners[i] ?? { contentType: '', schema: '', references: [] };
    const entry = { id, parent: versioned.version.id, name, body, inner };
    return platform.store.definitions.insert(entry, platform.now());
  });
}

/** Replaces a definition; its schema is kept if none is sent. */
export function replaceDefinition(
  platform: Platform,
  versioned: Versioned,
  definition: DefinitionEntry,
  update: DefinitionUpdate & { url?: unknown; referencedBy?: unknown },
): DefinitionEntry {
  const { id: _id, name, schema, url: _url, referencedBy: _referencedBy, ...body } = update;
  if (name !== definition.name) refuseTakenName(platform, versioned, name);
  const catalog = new DefinitionCatalog(platform.store, versioned.version.id);
  const intake = new DefinitionIntake(new DefinitionScope(platform, versioned, catalog));
  const inner = schema ? intake.take(schema, update.accept, 'schema') : definition.inner;
  if (intake.faults.length > 0) throw invalid(...intake.faults);
  return platform.store.definitions.update({ ...definition, name, updatedAt: platform.now(), body, inner });
}

function refuseTakenName({ store }: Platform, { version }: Versioned, name: string): void {
  if (store.definitions.find(version.id, name))
    throw conflict('name_taken', `The version has a definition named "${name}" already.`);
}
