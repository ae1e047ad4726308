import { invalid } from '../http/api.error.js';
import type { Platform } from '../platform.js';
import type { AuthSchemeConfig, OAuth2Config } from './auth-scheme-config.shape.js';

/** The owner of the configuration. */
export interface ConfigOwner {
  readonly connectorId: string;
  readonly organisationId: string;
}

type ClientGrant = Extract<OAuth2Config['grant'], { clientId?: string }>;

/**
 * Moves the client secret of a configuration into a separate credential, a new one unless the grant names one. The
 * result contains no secret.
 * @param previous the configuration that this one replaces
 * @throws ApiError 400 if the grant names a credential that the organisation does not have
 */
export function keepSecret(
  platform: Platform,
  owner: ConfigOwner,
  config: AuthSchemeConfig,
  previous?: AuthSchemeConfig,
): AuthSchemeConfig {
  const shown = withoutSecret(config);
  if (config.schemeType !== 'oauth2' || shown.schemeType !== 'oauth2') return shown;
  const { grant } = config;
  if (grant.grantType === 'client_credentials') return shown;
  if (grant.credentialId === undefined)
    return { ...shown, grant: { ...shown.grant, ...createClient(platform, owner, config, grant) } };
  if (grant.organisationId === owner.organisationId) updateClient(platform, grant, grant.credentialId);
  else if (!hasSameClient(previous, grant)) throw unknownCredential();
  return shown;
}

/** A configuration in its public form, also without the messages of its validation, which the platform sets. */
export function withoutSecret(config: AuthSchemeConfig): AuthSchemeConfig {
  const { validationMessages: _said, ...kept } = config as AuthSchemeConfig & { validationMessages?: unknown };
  if (kept.schemeType !== 'oauth2') return kept;
  const { clientSecret: _secret, ...grant } = kept.grant as ClientGrant;
  return { ...kept, grant };
}

function createClient(platform: Platform, owner: ConfigOwner, config: OAuth2Config, grant: ClientGrant): object {
  if (grant.clientId === undefined && grant.clientSecret === undefined) return {};
  const { clientId = '', clientSecret = '' } = grant;
  const { authorizeUrl, tokenUrl, description } = config;
  const { organisationId, connectorId: parent } = owner;
  const data = { clientId, clientSecret, authorizeUrl, tokenUrl };
  const id = platform.newId();
  const body = { organisationId, type: 'oauth2-client', data };
  platform.store.credentials.insert({ id, parent, name: description, body, inner: {} }, platform.now());
  return { credentialId: id, organisationId };
}

/** Merges the given members into the credential; all others are kept. */
function updateClient({ store, now }: Platform, grant: ClientGrant, credentialId: string): void {
  const credential = store.credentials.get(credentialId);
  if (credential === undefined || credential.body.organisationId !== grant.organisationId) throw unknownCredential();
  const { clientId, clientSecret } = grant;
  const data = {
    ...credential.body.data,
    ...(clientId !== undefined && { clientId }),
    ...(clientSecret !== undefined && { clientSecret }),
  };
  store.credentials.update({ ...credential, updatedAt: now(), body: { ...credential.body, data } });
}

/** A connector from the library keeps using the library's client, and cannot change it. */
function hasSameClient(previous: AuthSchemeConfig | undefined, grant: ClientGrant): boolean {
  if (previous?.schemeType !== 'oauth2' || previous.grant.grantType === 'client_credentials') return false;
  const { credentialId, organisationId, clientId } = previous.grant;
  const isSame = credentialId === grant.credentialId && organisationId === grant.organisationId;
  return isSame && grant.clientSecret === undefined && (grant.clientId ?? clientId) === clientId;
}

function unknownCredential(): Error {
  return invalid({ field: 'grant.credentialId', message: 'is no credential of this organisation' });
}
