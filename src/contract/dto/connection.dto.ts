import { AuthSchemeConfig } from './auth-scheme-config.dto.js';
import { Credential } from './credential.dto.js';
import { ConnectionVariable } from './connection-variable.dto.js';
import { PageInfo } from './page.dto.js';
import { IsNested, IsNestedArray, IsOptional, IsString } from '../validation/validators.js';

/** A credential of a connection, and how it is used. */
export class ConnectionCredential {
  /** ULID of the pair. */
  @IsString('ulid')
  id: string;

  /** How the credential is used. */
  @IsNested(() => AuthSchemeConfig)
  authSchemeConfig: AuthSchemeConfig;

  /** The credential. */
  @IsNested(() => Credential)
  credential: Credential;
}

/** The credentials of a connection, in the order in which they are applied. At least one of the lists is there. */
export class ConnectionCredentials {
  /** Those that actions use. */
  @IsOptional()
  @IsNestedArray(() => ConnectionCredential)
  action?: ConnectionCredential[];

  /** Those that triggers use. */
  @IsOptional()
  @IsNestedArray(() => ConnectionCredential)
  trigger?: ConnectionCredential[];
}

/** A connection: credentials and variables that let a connector reach one instance of its external system. */
export class Connection {
  /** ULID of the connection. */
  @IsString('ulid')
  id: string;

  /** Name; unique within the connector. */
  @IsString()
  name: string;

  /** How it authenticates. */
  @IsNested(() => ConnectionCredentials)
  credentials: ConnectionCredentials;

  /** Values of the connector's placeholders. */
  @IsNestedArray(() => ConnectionVariable)
  variables: ConnectionVariable[];

  /** When it was created. */
  @IsString('date-time')
  createdAt: string;

  /** When it was last changed. */
  @IsString('date-time')
  updatedAt: string;
}

/** A connection in short. */
export class ConnectionSummary {
  /** ULID of the connection. */
  @IsString('ulid')
  id: string;

  /** Its name. */
  @IsString()
  name: string;

  /** When it was created. */
  @IsString('date-time')
  createdAt: string;

  /** When it was last changed. */
  @IsString('date-time')
  updatedAt: string;
}

/** A page of connections. */
export class ConnectorConnectionPage extends PageInfo {
  /** The connections, the most recently changed first. */
  items?: ConnectionSummary[];
}
