import { notFound } from '../http/api.error.js';
import type { Call } from '../http/route.js';
import { organisationOf } from '../organisations/organisation.lookup.js';
import type { Platform } from '../platform.js';
import type { ConnectorEntry } from '../store/records.js';

/**
 * The connector of a path.
 * @throws ApiError 404 unless the organisation of the path has it
 */
export function connectorOf(call: Call): ConnectorEntry {
  const organisation = organisationOf(call);
  const connector = call.platform.store.connectors.get(call.params['connector_id'] ?? '');
  if (connector?.parent !== organisation.id) throw notFound('connector');
  return connector;
}

/** Notes that something of a connector has changed. */
export function touchConnector({ store, now }: Platform, id: string): void {
  store.connectors.touch(id, now());
}
