import { AuthSchemeConfig } from './auth-scheme-config.dto.js';
import { CredentialCreate } from './credential.dto.js';
import { ConnectionVariable } from './connection-variable.dto.js';
import { Nested, NestedList, Optional, Text } from '../validation/validators.js';

/** A credential to create for a connection, and how it is used. */
export class ConnectionCredentialCreate {
  /** How the credential is used. */
  @Nested(() => AuthSchemeConfig)
  authSchemeConfig: AuthSchemeConfig;

  /** The credential. */
  @Nested(() => CredentialCreate)
  credential: CredentialCreate;
}

/** The credentials of a connection to create, in the order in which they are applied. */
export class ConnectionCredentialsCreate {
  /** Those that actions use. */
  @Optional()
  @NestedList(() => ConnectionCredentialCreate)
  action?: ConnectionCredentialCreate[];

  /** Those that triggers use. */
  @Optional()
  @NestedList(() => ConnectionCredentialCreate)
  trigger?: ConnectionCredentialCreate[];
}

/** A connection to create. */
export class ConnectionCreate {
  /** Its name; unique within the connector. */
  @Text()
  name: string;

  /** How it authenticates. */
  @Nested(() => ConnectionCredentialsCreate)
  credentials: ConnectionCredentialsCreate;

  /** Values that stand in for placeholders of the connector; may be empty. */
  @NestedList(() => ConnectionVariable)
  variables: ConnectionVariable[];
}

/** How a credential of a connection is to be used from now on; the credential itself stays. */
export class ConnectionCredentialUpdate {
  /** ULID of the pair of credential and configuration. */
  @Text('ulid')
  id: string;

  /** How the credential is used; its scheme cannot change. */
  @Nested(() => AuthSchemeConfig)
  authSchemeConfig: AuthSchemeConfig;
}

/** The credentials of a connection in a new order. */
export class ConnectionCredentialsUpdate {
  /** Those that actions use. */
  @Optional()
  @NestedList(() => ConnectionCredentialUpdate)
  action?: ConnectionCredentialUpdate[];

  /** Those that triggers use. */
  @Optional()
  @NestedList(() => ConnectionCredentialUpdate)
  trigger?: ConnectionCredentialUpdate[];
}

/** What a connection is to become. */
export class ConnectionUpdate {
  /** ULID of the connection. */
  @Text('ulid')
  id: string;

  /** Its name. */
  @Text()
  name: string;

  /** The order and use of its credentials; unchanged where it is left out. */
  @Optional()
  @Nested(() => ConnectionCredentialsUpdate)
  credentials?: ConnectionCredentialsUpdate;

  /** All of its variables; unchanged where they are left out. */
  @Optional()
  @NestedList(() => ConnectionVariable)
  variables?: ConnectionVariable[];
}
