import { connectorOf, touchConnector } from '../connectors/connector.lookup.js';
import { ApiError, invalid, notFound } from '../http/api.error.js';
import { isForced } from '../http/query.js';
import { type Call, noContent, ok, type Reply, type Route } from '../http/route.js';
import { BY_UPDATE } from '../paging/cursor.js';
import { pageOf } from '../paging/page.js';
import type { ConnectionEntry, ConnectorEntry } from '../store/records.js';
import { refuseChanges } from '../validation/read-only.js';
import { read } from '../validation/shape.js';
import { createConnection, replaceConnection } from './connection.changes.js';
import { connectionCreate, connectionUpdate } from './connection.shape.js';
import { summarise, viewConnection } from './connection.view.js';
import { authorizeUrl, initialiseRequest, scopesOf } from './oauth2.initialise.js';
import { beginSignIn } from './oauth2.states.js';

const CONNECTOR = '/o/:organisation_id/connectors/:connector_id';
const CONNECTION = `${CONNECTOR}/connections/:connection_id`;

/** Connections, and their sign-in at OAuth 2.0 providers. */
export const connectionRoutes: readonly Route[] = [
  { method: 'POST', path: `${CONNECTOR}/oauth2/initialise`, answer: initialiseOAuth2Connection },
  { method: 'GET', path: `${CONNECTOR}/connections`, answer: listConnectorConnections },
  { method: 'POST', path: `${CONNECTOR}/connections`, answer: createConnectorConnection },
  {
    method: 'GET',
    path: CONNECTION,
    answer: (call) => ok(viewConnection(call.platform, connectionOf(call).connection)),
  },
  { method: 'PUT', path: CONNECTION, answer: updateConnection },
  { method: 'DELETE', path: CONNECTION, answer: deleteConnection },
];

function listConnectorConnections(call: Call): Reply {
  const connections = call.platform.store.connections.list(connectorOf(call).id);
  const { items, info } = pageOf(connections, call.query, BY_UPDATE);
  return ok({ ...info, items: items.map(summarise) });
}

function createConnectorConnection(call: Call): Reply {
  const { platform } = call;
  const connector = connectorOf(call);
  const connection = createConnection(platform, connector, read(connectionCreate, call.body));
  touchConnector(platform, connector.id);
  return ok(viewConnection(platform, connection));
}

function updateConnection(call: Call): Reply {
  const { platform } = call;
  const { connector, connection } = connectionOf(call);
  const update = read(connectionUpdate, call.body);
  refuseChanges(update, { id: connection.id });
  const replaced = replaceConnection(platform, connector, connection, update);
  touchConnector(platform, connector.id);
  return ok(viewConnection(platform, replaced));
}

function deleteConnection(call: Call): Reply {
  const { platform } = call;
  const { connector, connection } = connectionOf(call);
  const { subscribers } = connection.inner;
  if (subscribers.length > 0 && !isForced(call.query))
    throw new ApiError(
      412,
      'connection_in_use',
      `The connection is in use by ${subscribers.join(', ')}; "force" deletes it.`,
    );
  platform.store.delete(connection.id);
  touchConnector(platform, connector.id);
  return noContent();
}

function initialiseOAuth2Connection(call: Call): Reply {
  const { platform } = call;
  const connector = connectorOf(call);
  const request = read(initialiseRequest, call.body);
  const { id, organisationId } = request.credential;
  const isOwn = organisationId === connector.parent || isClientOf(connector, id);
  if (!isOwn || platform.store.credentials.get(id)?.body.organisationId !== organisationId)
    throw invalid({ field: 'credential.id', message: 'is no credential that this connector can use' });
  const state = beginSignIn(platform, connector.id, scopesOf(request));
  return ok({ url: authorizeUrl(request, state, `${platform.ownUrl}/oauth2/callback`) });
}

/** A connector from the library uses the library's client. */
function isClientOf({ body }: ConnectorEntry, credentialId: string): boolean {
  return body.authSchemeConfigs.some(
    (config) =>
      config.schemeType === 'oauth2' && 'credentialId' in config.grant && config.grant.credentialId === credentialId,
  );
}

function connectionOf(call: Call): { connector: ConnectorEntry; connection: ConnectionEntry } {
  const connector = connectorOf(call);
  const connection = call.platform.store.connections.get(call.params['connection_id'] ?? '');
  if (connection?.parent !== connector.id) throw notFound('connection');
  return { connector, connection };
}
