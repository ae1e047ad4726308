import { withoutSecret } from '../connectors/auth-scheme-config.secrets.js';
import { conflict, invalid } from '../http/api.error.js';
import type { Platform } from '../platform.js';
import { refuseCredential, refuseScheme } from '../protocols/auth-scheme.rules.js';
import type { ConnectionCredential, ConnectionEntry, ConnectorEntry } from '../store/records.js';
import type {
  ConnectionCreate,
  ConnectionCredentialCreate,
  ConnectionCredentialUpdate,
  ConnectionUpdate,
} from './connection.shape.js';
import { exchangeCode } from './oauth2.states.js';

const PURPOSES = ['action', 'trigger'] as const;

/** The members of a connection that the platform sets. */
export interface ConnectionOrigin {
  readonly id?: string;
  readonly subscribers?: readonly string[];
}

interface CredentialPlace {
  readonly connector: ConnectorEntry;
  readonly connectionId: string;
  /** Its place in the request. */
  readonly field: string;
}

/** Creates a connection and its credentials. Variables that it does not set come from the connector. */
export function createConnection(
  platform: Platform,
  connector: ConnectorEntry,
  made: ConnectionCreate,
  { id = platform.newId(), subscribers = [] }: ConnectionOrigin = {},
): ConnectionEntry {
  const { name, credentials, variables, ...members } = made;
  refuseTakenName(platform, connector, name);
  const defaults = (connector.body.connectionVariables ?? []).filter(
    (variable) => !variables.some((other) => other.name === variable.name),
  );
  const [action = [], trigger = []] = PURPOSES.map((purpose) =>
    (credentials[purpose] ?? []).map((credential, i) => {
      const place = { connector, connectionId: id, field: `credentials.${purpose}[${i}]` };
      return createCredential(platform, place, credential);
    }),
  );
  const body = { ...members, credentials: { action, trigger }, variables: [...variables, ...defaults] };
  const entry = { id, parent: connector.id, name, body, inner: { subscribers } };
  return platform.store.connections.insert(entry, platform.now());
}

/** Replaces a connection. Its credentials can be reordered, not replaced. */
export function replaceConnection(
  platform: Platform,
  connector: ConnectorEntry,
  connection: ConnectionEntry,
  update: ConnectionUpdate,
): ConnectionEntry {
  const { id: _id, name, credentials, variables = connection.body.variables, ...members } = update;
  if (name !== connection.name) refuseTakenName(platform, connector, name);
  const [action = [], trigger = []] = PURPOSES.map((purpose) =>
    reorder(connection.body.credentials[purpose], credentials?.[purpose], `credentials.${purpose}`),
  );
  const body = { ...members, credentials: { action, trigger }, variables };
  return platform.store.connections.update({ ...connection, name, updatedAt: platform.now(), body });
}

function createCredential(
  platform: Platform,
  { connector, connectionId, field }: CredentialPlace,
  { authSchemeConfig, credential }: ConnectionCredentialCreate,
): ConnectionCredential {
  const { schemeType } = authSchemeConfig;
  refuseScheme(connector.body.protocol, schemeType, `${field}.authSchemeConfig.schemeType`);
  refuseCredential(schemeType, credential.type, `${field}.credential.type`);
  const { name, type, data } =
    credential.type === 'oauth2-code'
      ? exchangeCode(platform, connector, credential, `${field}.credential`)
      : credential;
  const id = platform.newId();
  const body = { organisationId: connector.parent, type, data };
  platform.store.credentials.insert({ id, parent: connectionId, name, body, inner: {} }, platform.now());
  return { id: platform.newId(), authSchemeConfig: withoutSecret(authSchemeConfig), credentialId: id };
}

function reorder(
  current: readonly ConnectionCredential[],
  wanted: readonly ConnectionCredentialUpdate[] | undefined,
  field: string,
): readonly ConnectionCredential[] {
  if (wanted === undefined) return current;
  const ids = new Set(wanted.map(({ id }) => id));
  if (wanted.length !== current.length || !current.every(({ id }) => ids.has(id)))
    throw invalid({ field, message: 'must have the credentials that the connection has, in any order' });
  return wanted.flatMap(({ id, authSchemeConfig }, i) => {
    const old = current.find((credential) => credential.id === id);
    if (old?.authSchemeConfig.schemeType !== authSchemeConfig.schemeType)
      throw invalid({ field: `${field}[${i}].authSchemeConfig.schemeType`, message: 'cannot be changed' });
    return old ? [{ ...old, authSchemeConfig: withoutSecret(authSchemeConfig) }] : [];
  });
}

function refuseTakenName({ store }: Platform, connector: ConnectorEntry, name: string): void {
  if (store.connections.find(connector.id, name))
    throw conflict('name_taken', `The connector has a connection named "${name}" already.`);
}
