import { viewConnection } from '../connections/connection.view.js';
import type { Platform } from '../platform.js';
import type { ConnectorEntry } from '../store/records.js';
import { viewVersions } from '../versions/version.view.js';

/** A connector as its organisation sees it. */
export function viewConnector(platform: Platform, connector: ConnectorEntry): object {
  const versions = platform.store.versions.list(connector.id);
  return {
    ...common(connector),
    connections: platform.store.connections.list(connector.id).map((entry) => viewConnection(platform, entry)),
    versions: viewVersions(versions, versions),
  };
}

/** A connector as everybody sees it: what is published, and nobody's connections. */
export function viewPublicConnector({ store }: Platform, connector: ConnectorEntry): object {
  const versions = store.versions.list(connector.id);
  const published = versions.filter(({ inner }) => inner.publishedAt !== null);
  return { ...common(connector), connections: [], versions: viewVersions(published, versions) };
}

function common({ id, parent, name, createdAt, updatedAt, body }: ConnectorEntry): object {
  const head = { id, organisationId: parent, name };
  return { ...head, ...body, ...head, createdAt, updatedAt };
}
