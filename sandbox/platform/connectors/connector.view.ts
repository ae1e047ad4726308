import { viewConnection } from '../connections/connection.view.js';
import type { Platform } from '../platform.js';
import { withValidation } from './auth-scheme-config.validation.js';
import type { ConnectorEntry } from '../store/records.js';
import { viewVersions } from '../versions/version.view.js';

/** A connector as its organisation sees it. */
export function viewConnector(platform: Platform, connector: ConnectorEntry): object {
  const versions = platform.store.versions.list(connector.id);
  return {
    ...common(connector),
    connections: platform.store.connections.list(connector.id).map((entry) => viewConnection(platform, entry)),
    versions: viewVersions(platform, versions, versions),
  };
}

/** A connector in its public form: published versions, and no connections. */
export function viewPublicConnector(platform: Platform, connector: ConnectorEntry): object {
  const versions = platform.store.versions.list(connector.id);
  const published = versions.filter(({ inner }) => inner.publishedAt !== null);
  return { ...common(connector), connections: [], versions: viewVersions(platform, published, versions) };
}

function common({ id, parent, name, createdAt, updatedAt, body }: ConnectorEntry): object {
  const head = { id, organisationId: parent, name };
  const authSchemeConfigs = body.authSchemeConfigs.map(withValidation);
  return { ...head, ...body, ...head, authSchemeConfigs, createdAt, updatedAt };
}
