import { authSchemeConfig } from '../connectors/auth-scheme-config.shape.js';
import { connectionVariables } from '../connectors/connection-variable.shape.js';
import { filledText, list, object, optional, type Read, text } from '../validation/shape.js';
import { credentialCreate } from './credential.shape.js';

const credentialsCreate = optional(list(object({ authSchemeConfig, credential: credentialCreate })));

const credentialsUpdate = optional(list(object({ id: text, authSchemeConfig })));

/** A connection to create. */
export const connectionCreate = object({
  name: filledText,
  credentials: object({ action: credentialsCreate, trigger: credentialsCreate }),
  variables: connectionVariables,
});

/** A changed connection. */
export const connectionUpdate = object({
  id: text,
  name: filledText,
  credentials: optional(object({ action: credentialsUpdate, trigger: credentialsUpdate })),
  variables: optional(connectionVariables),
});

/** A connection to create. */
export type ConnectionCreate = Read<typeof connectionCreate>;

/** A changed connection. */
export type ConnectionUpdate = Read<typeof connectionUpdate>;

/** One way for a connection to authenticate, to create. */
export type ConnectionCredentialCreate = NonNullable<ConnectionCreate['credentials']['action']>[number];

/** One way for a connection to authenticate, changed. */
export type ConnectionCredentialUpdate = NonNullable<NonNullable<ConnectionUpdate['credentials']>['action']>[number];
