import { ApiProperty } from '@nestjs/swagger';
import { AuthSchemeConfig } from './auth-scheme-config.dto.js';
import { Credential } from './credential.dto.js';
import { ConnectionVariable } from './connection-variable.dto.js';
import { PageInfo } from './page.dto.js';

/** A credential of a connection, and how it is used. */
export class ConnectionCredential {
  /** ULID of the pair. */
  @ApiProperty({ format: 'ulid' })
  id: string;

  /** How the credential is used. */
  authSchemeConfig: AuthSchemeConfig;

  /** The credential. */
  credential: Credential;
}

/** The credentials of a connection, in the order in which they are applied. At least one of the lists is there. */
export class ConnectionCredentials {
  /** Those that actions use. */
  action?: ConnectionCredential[];

  /** Those that triggers use. */
  trigger?: ConnectionCredential[];
}

/** A connection: credentials and variables that let a connector reach one instance of its external system. */
export class Connection {
  /** ULID of the connection. */
  @ApiProperty({ format: 'ulid' })
  id: string;

  /** Its name; unique within the connector. */
  name: string;

  /** How it authenticates. */
  credentials: ConnectionCredentials;

  /** Values that stand in for placeholders of the connector. */
  variables: ConnectionVariable[];

  /** When it was created. */
  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  /** When it was last changed. */
  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

/** A connection in short. */
export class ConnectionSummary {
  /** ULID of the connection. */
  @ApiProperty({ format: 'ulid' })
  id: string;

  /** Its name. */
  name: string;

  /** When it was created. */
  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  /** When it was last changed. */
  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

/** A page of connections. */
export class ConnectorConnectionPage extends PageInfo {
  /** The connections, the most recently changed first. */
  items?: ConnectionSummary[];
}
