import { notFound } from '../http/api.error.js';
import type { Call } from '../http/route.js';
import { organisationOf } from '../organisations/organisation.lookup.js';
import type { Platform } from '../platform.js';
import type { ConnectorEntry } from '../store/records.js';

/**
 * The connector in a path.
 * @throws ApiError 404 unless it belongs to the organisation in the path
 */
export function connectorOf(call: Call): ConnectorEntry {
  const organisation = organisationOf(call);
  const connector = call.platform.store.connectors.get(call.params['connector_id'] ?? '');
  if (connector?.parent !== organisation.id) throw notFound('connector');
  return connector;
}

/** Updates the time of a connector's last change. */
export function touchConnector({ store, now }: Platform, id: string): void {
  store.connectors.touch(id, now());
}
