import { AuthSchemeConfig } from './auth-scheme-config.dto.js';
import { CredentialCreate } from './credential.dto.js';
import { ConnectionVariable } from './connection-variable.dto.js';
import { IsNested, IsNestedArray, IsOptional, IsString } from '../validation/validators.js';

/** A credential to create for a connection, and how it is used. */
export class ConnectionCredentialCreate {
  /** How the credential is used. */
  @IsNested(() => AuthSchemeConfig)
  authSchemeConfig: AuthSchemeConfig;

  /** The credential. */
  @IsNested(() => CredentialCreate)
  credential: CredentialCreate;
}

/** The credentials of a connection to create, in the order in which they are applied. */
export class ConnectionCredentialsCreate {
  /** Those that actions use. */
  @IsOptional()
  @IsNestedArray(() => ConnectionCredentialCreate)
  action?: ConnectionCredentialCreate[];

  /** Those that triggers use. */
  @IsOptional()
  @IsNestedArray(() => ConnectionCredentialCreate)
  trigger?: ConnectionCredentialCreate[];
}

/** A connection to create. */
export class ConnectionCreate {
  /** Name; unique within the connector. */
  @IsString()
  name: string;

  /** How it authenticates. */
  @IsNested(() => ConnectionCredentialsCreate)
  credentials: ConnectionCredentialsCreate;

  /** Values of the connector's placeholders; may be empty. */
  @IsNestedArray(() => ConnectionVariable)
  variables: ConnectionVariable[];
}

/** How a credential of a connection is to be used from now on; the credential itself stays. */
export class ConnectionCredentialUpdate {
  /** ULID of the pair of credential and configuration. */
  @IsString('ulid')
  id: string;

  /** How the credential is used; its scheme cannot change. */
  @IsNested(() => AuthSchemeConfig)
  authSchemeConfig: AuthSchemeConfig;
}

/** The credentials of a connection in a new order. */
export class ConnectionCredentialsUpdate {
  /** Those that actions use. */
  @IsOptional()
  @IsNestedArray(() => ConnectionCredentialUpdate)
  action?: ConnectionCredentialUpdate[];

  /** Those that triggers use. */
  @IsOptional()
  @IsNestedArray(() => ConnectionCredentialUpdate)
  trigger?: ConnectionCredentialUpdate[];
}

/** What a connection is to become. */
export class ConnectionUpdate {
  /** ULID of the connection. */
  @IsString('ulid')
  id: string;

  /** Its name. */
  @IsString()
  name: string;

  /** Order and use of the credentials; unchanged if omitted. */
  @IsOptional()
  @IsNested(() => ConnectionCredentialsUpdate)
  credentials?: ConnectionCredentialsUpdate;

  /** All variables; unchanged if omitted. */
  @IsOptional()
  @IsNestedArray(() => ConnectionVariable)
  variables?: ConnectionVariable[];
}
