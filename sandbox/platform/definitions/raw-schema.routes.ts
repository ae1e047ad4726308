import { notFound } from '../http/api.error.js';
import { parseLossless } from '../http/json.js';
import type { Call, Reply, Route } from '../http/route.js';
import { versionOf } from '../versions/version.lookup.js';
import { DefinitionCatalog } from './definition.catalog.js';
import { DefinitionScope } from './definition.scope.js';
import { keyOfFile } from './definition.url.js';
import { rewriteReferences } from '../../../src/import/openapi/schema.references.js';
import { isXml } from './schema.text.js';

/** The schemas at the URLs of definitions. */
export const rawSchemaRoutes: readonly Route[] = [
  { method: 'GET', path: '/o/:organisation_id/schemas/:connector_id/:version/:schema_filename', answer: getRawSchema },
];

function getRawSchema(call: Call): Reply {
  const versioned = versionOf(call);
  const catalog = new DefinitionCatalog(call.platform.store, versioned.version.id);
  const key = keyOfFile(call.params['schema_filename'] ?? '');
  const definition = catalog.byId(key) ?? catalog.byName(key);
  if (definition === undefined) throw notFound('schema');
  const { contentType, schema } = definition.inner;
  if (isXml(contentType)) return { status: 200, body: schema, type: contentType };
  const scope = new DefinitionScope(call.platform, versioned, catalog);
  const shown = rewriteReferences(parseLossless(schema), (reference) => scope.externalise(reference));
  return { status: 200, body: JSON.stringify(shown), type: 'application/schema+json' };
}
