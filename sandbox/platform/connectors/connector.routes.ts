import { createConnection } from '../connections/connection.changes.js';
import type { ConnectionCreate } from '../connections/connection.shape.js';
import { conflict } from '../http/api.error.js';
import { isForced } from '../http/query.js';
import { type Call, created, noContent, ok, type Reply, type Route } from '../http/route.js';
import { organisationOf } from '../organisations/organisation.lookup.js';
import { refuseChanges } from '../validation/read-only.js';
import { read } from '../validation/shape.js';
import { CATEGORIES, categoriesUpdate } from './category.shape.js';
import { changeConnector, createConnector, type NewConnector, replaceConnector } from './connector.changes.js';
import { connectorOf } from './connector.lookup.js';
import { searchConnectors } from './connector.search.js';
import { bigQueryConnectorCreate, connectorUpdate, httpConnectorCreate, tagsUpdate } from './connector.shape.js';
import { viewConnector, viewPublicConnector } from './connector.view.js';

const CONNECTOR = '/o/:organisation_id/connectors/:connector_id';

/** Connectors, and their categories and tags. */
export const connectorRoutes: readonly Route[] = [
  { method: 'GET', path: '/categories', answer: () => ok(CATEGORIES) },
  { method: 'GET', path: '/connectors', answer: listPublicConnectors },
  { method: 'GET', path: '/o/:organisation_id/connectors', answer: listConnectors },
  { method: 'POST', path: '/o/:organisation_id/protocols/http/connectors', answer: createHTTPConnector },
  { method: 'POST', path: '/o/:organisation_id/protocols/bigquery/connectors', answer: createBigQueryConnector },
  { method: 'GET', path: CONNECTOR, answer: (call) => ok(viewConnector(call.platform, connectorOf(call))) },
  { method: 'PUT', path: CONNECTOR, answer: updateConnector },
  { method: 'DELETE', path: CONNECTOR, answer: deleteConnector },
  { method: 'PUT', path: `${CONNECTOR}/tags`, answer: updateConnectorTags },
  { method: 'PUT', path: `${CONNECTOR}/categories`, answer: updateConnectorCategories },
];

function listPublicConnectors({ platform, query }: Call): Reply {
  const shown = platform.store.connectors.all().filter(({ body }) => body.public);
  const { items, info } = searchConnectors(shown, query);
  return ok({ ...info, connectors: items.map((connector) => viewPublicConnector(platform, connector)) });
}

function listConnectors(call: Call): Reply {
  const { platform, query } = call;
  const { items, info } = searchConnectors(platform.store.connectors.list(organisationOf(call).id), query);
  return ok({ ...info, connectors: items.map((connector) => viewConnector(platform, connector)) });
}

function createHTTPConnector(call: Call): Reply {
  organisationOf(call);
  const { name, connections = [], ...members } = read(httpConnectorCreate, call.body);
  return createWith(call, { name, body: { public: false, ...members, protocol: 'http' } }, connections);
}

function createBigQueryConnector(call: Call): Reply {
  organisationOf(call);
  const { name, connections, datasetId = '', ...members } = read(bigQueryConnectorCreate, call.body);
  const body = { public: false, ...members, authSchemeConfigs: [], datasetId, protocol: 'bigquery' as const };
  return createWith(call, { name, body }, connections);
}

function createWith(call: Call, made: NewConnector, connections: readonly ConnectionCreate[]): Reply {
  const connector = createConnector(call.platform, organisationOf(call).id, made);
  for (const connection of connections) createConnection(call.platform, connector, connection);
  return created(viewConnector(call.platform, connector));
}

function updateConnector(call: Call): Reply {
  const connector = connectorOf(call);
  const update = read(connectorUpdate[connector.body.protocol], call.body);
  refuseChanges(update, { id: connector.id, organisationId: connector.parent });
  return ok(viewConnector(call.platform, replaceConnector(call.platform, connector, update)));
}

function deleteConnector(call: Call): Reply {
  const { store } = call.platform;
  const { id } = connectorOf(call);
  const isUsed =
    store.versions.list(id).some(({ inner }) => inner.publishedAt !== null) ||
    store.connections.list(id).some(({ inner }) => inner.subscribers.length > 0);
  if (isUsed && !isForced(call.query))
    throw conflict(
      'connector_in_use',
      'The connector has a published version or a connection in use; "force" deletes it.',
    );
  store.delete(id);
  return noContent();
}

function updateConnectorTags(call: Call): Reply {
  const connector = connectorOf(call);
  const { tags } = read(tagsUpdate, call.body);
  changeConnector(call.platform, connector, { body: { tags: tags ?? undefined } });
  return noContent();
}

function updateConnectorCategories(call: Call): Reply {
  const connector = connectorOf(call);
  const { categories = [] } = read(categoriesUpdate, call.body);
  changeConnector(call.platform, connector, { inner: { categories: [...new Set(categories)] } });
  return noContent();
}
