import { DefinitionCatalog } from '../definitions/definition.catalog.js';
import { viewDefinition } from '../definitions/definition.view.js';
import type { Platform } from '../platform.js';
import type { EndpointEntry } from '../store/records.js';
import type { Versioned } from '../versions/version.lookup.js';
import { endpointErrors } from './endpoint.errors.js';
import { mapLinks } from './endpoint.links.js';

/** Actions or triggers as callers see them, with their definitions embedded. */
export function viewEndpoints(platform: Platform, versioned: Versioned, entries: readonly EndpointEntry[]): object[] {
  const catalog = new DefinitionCatalog(platform.store, versioned.version.id);
  return entries.map(({ id, name, body, inner }) => {
    const shown = mapLinks(body, (link) => {
      const definition = catalog.byId(link.definition.id);
      return definition && { id: link.id, definition: viewDefinition(platform, versioned, definition) };
    });
    const head = { id, name };
    return { ...head, ...shown, ...head, ...(!inner.isUnvalidated && { errors: endpointErrors(body, catalog) }) };
  });
}
