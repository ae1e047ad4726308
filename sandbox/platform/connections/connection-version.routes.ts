import { invalid, notFound } from '../http/api.error.js';
import { type Call, created, type Reply, type Route } from '../http/route.js';
import { organisationOf } from '../organisations/organisation.lookup.js';
import type { ConnectionEntry } from '../store/records.js';
import { read } from '../validation/shape.js';
import { createVersion } from '../versions/version.changes.js';
import { versionCreate } from '../versions/version.shape.js';
import { viewVersions } from '../versions/version.view.js';

/** Versions of connections. */
export const connectionVersionRoutes: readonly Route[] = [
  { method: 'POST', path: '/o/:organisation_id/connections/:connection_id/versions', answer: createConnectionVersion },
];

function createConnectionVersion(call: Call): Reply {
  const { platform, body } = call;
  const { connectionVersions } = platform.store;
  const connection = connectionOf(call);
  const { name, fromVersion } = read(versionCreate, body);
  if (fromVersion !== undefined && !connectionVersions.find(connection.id, fromVersion))
    throw invalid({ field: 'fromVersion', message: 'must be the name of a version of this connection' });
  const version = createVersion(platform, connectionVersions, connection.id, { name });
  const [view] = viewVersions(platform, [version], connectionVersions.list(connection.id));
  return created(view);
}

/** The path does not contain the connector. */
function connectionOf(call: Call): ConnectionEntry {
  const { store } = call.platform;
  const organisation = organisationOf(call);
  const connection = store.connections.get(call.params['connection_id'] ?? '');
  const connector = connection && store.connectors.get(connection.parent);
  if (connection === undefined || connector?.parent !== organisation.id) throw notFound('connection');
  return connection;
}
