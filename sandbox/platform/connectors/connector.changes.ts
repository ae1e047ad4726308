import { isDeepStrictEqual } from 'node:util';
import { invalid } from '../http/api.error.js';
import type { Platform } from '../platform.js';
import type { ConnectorBody, ConnectorEntry } from '../store/records.js';
import type { AuthSchemeConfig } from './auth-scheme-config.shape.js';
import { keepSecret } from './auth-scheme-config.secrets.js';
import type { ConnectorUpdate } from './connector.shape.js';

/** A connector to create. */
export interface NewConnector {
  readonly id?: string;
  readonly name: string;
  readonly body: ConnectorBody;
  readonly inner?: Partial<ConnectorEntry['inner']>;
}

/** Creates a connector without versions and connections. */
export function createConnector(platform: Platform, organisationId: string, made: NewConnector): ConnectorEntry {
  const { id = platform.newId(), name, body, inner } = made;
  const owner = { connectorId: id, organisationId };
  const authSchemeConfigs = body.authSchemeConfigs.map((config) => keepSecret(platform, owner, config));
  const entry = {
    id,
    parent: organisationId,
    name,
    body: { ...body, authSchemeConfigs },
    inner: { categories: [], ...inner },
  };
  return platform.store.connectors.insert(entry, platform.now());
}

/** Changes the visible or the internal members of a connector. */
export function changeConnector(
  { store, now }: Platform,
  connector: ConnectorEntry,
  changes: { body?: Partial<ConnectorBody>; inner?: Partial<ConnectorEntry['inner']> },
): ConnectorEntry {
  return store.connectors.update({
    ...connector,
    updatedAt: now(),
    body: { ...connector.body, ...changes.body },
    inner: { ...connector.inner, ...changes.inner },
  });
}

/** Replaces a connector: omitted members are unset. */
export function replaceConnector(
  platform: Platform,
  connector: ConnectorEntry,
  update: ConnectorUpdate,
): ConnectorEntry {
  const { id: _id, organisationId: _organisation, name, authSchemeConfigIds, ...members } = update;
  const { connectionVariables: old } = connector.body;
  const { connectionVariables = old } = update;
  // Values set by connections are kept while the connector's own variables are unchanged.
  if (connectionVariables && !isDeepStrictEqual(connectionVariables, old))
    overwriteVariables(platform, connector.id, connectionVariables);
  const body: ConnectorBody = {
    ...withoutParts(members),
    ...(connectionVariables && { connectionVariables }),
    public: update.public ?? false,
    authSchemeConfigs: reordered(connector.body.authSchemeConfigs, authSchemeConfigIds),
  };
  return platform.store.connectors.update({ ...connector, name, updatedAt: platform.now(), body });
}

/** Clients often send back the whole connector that they read; these members are changed by other operations. */
function withoutParts<T extends object>(members: T): T {
  const parts = ['createdAt', 'updatedAt', 'connections', 'versions', 'authSchemeConfigs'];
  return Object.fromEntries(Object.entries(members).filter(([name]) => !parts.includes(name))) as T;
}

function overwriteVariables(
  { store, now }: Platform,
  connectorId: string,
  variables: NonNullable<ConnectorBody['connectionVariables']>,
): void {
  for (const connection of store.connections.list(connectorId))
    store.connections.update({ ...connection, updatedAt: now(), body: { ...connection.body, variables } });
}

function reordered(
  configs: readonly AuthSchemeConfig[],
  ids: readonly string[] | undefined,
): readonly AuthSchemeConfig[] {
  if (ids === undefined) return configs;
  const ordered = ids.flatMap((wanted) => configs.find(({ id }) => id === wanted) ?? []);
  if (ids.length !== configs.length || new Set(ordered).size !== configs.length)
    throw invalid({ field: 'authSchemeConfigIds', message: 'must be the ids that the connector has, in any order' });
  return ordered;
}
