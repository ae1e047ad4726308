import { changeConnector } from '../connectors/connector.changes.js';
import { viewConnector } from '../connectors/connector.view.js';
import { notFound } from '../http/api.error.js';
import { type Call, ok, type Reply, type Route } from '../http/route.js';
import { organisationOf } from '../organisations/organisation.lookup.js';
import type { Platform } from '../platform.js';
import type { ConnectorEntry } from '../store/records.js';
import { createVersion } from '../versions/version.changes.js';
import { copyChildren } from '../versions/version.copy.js';
import { type Versioned, versionNamed } from '../versions/version.lookup.js';

/** The public library, from which organisations import connectors. */
export const libraryRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/o/:organisation_id/connectors/:connector_id/versions/:version/library/import',
    answer: importPublicConnectorVersion,
  },
];

function importPublicConnectorVersion(call: Call): Reply {
  const { platform } = call;
  const organisation = organisationOf(call);
  const source = publicVersionOf(call);
  const target =
    findImported(platform, organisation.id, source.connector) ?? copyConnector(platform, organisation.id, source);
  const { name, body } = source.version;
  const version = createVersion(platform, platform.store.versions, target.id, { name, body });
  copyChildren(platform, source.version.id, version.id);
  return ok(viewConnector(platform, changeConnector(platform, target, {})));
}

/** Only published versions are in the library. */
function publicVersionOf({ platform, params }: Call): Versioned {
  const connector = platform.store.connectors.get(params['connector_id'] ?? '');
  if (!connector?.body.public) throw notFound('connector in the public library');
  const version = versionNamed(platform, connector.id, params['version'] ?? '');
  if (version.inner.publishedAt === null) throw notFound('version');
  return { connector, version };
}

function findImported({ store }: Platform, organisationId: string, { id }: ConnectorEntry): ConnectorEntry | undefined {
  return store.connectors.list(organisationId).find(({ inner }) => inner.importedFrom === id);
}

/** The copy is not part of the library, and shares its OAuth 2.0 clients. */
function copyConnector(
  { store, newId, now }: Platform,
  organisationId: string,
  { connector }: Versioned,
): ConnectorEntry {
  const { id: importedFrom, name, body, inner } = connector;
  const copied = { categories: inner.categories, importedFrom };
  const made = { id: newId(), parent: organisationId, name, body: { ...body, public: false }, inner: copied };
  return store.connectors.insert(made, now());
}
