import { ApiProperty } from '@nestjs/swagger';
import { ConnectorSummaryBase } from './connector-summary.dto.js';
import {
  CredentialDataBasicAuth,
  CredentialDataBinary,
  CredentialDataCertificate,
  CredentialDataNone,
  CredentialDataOAuth2Client,
  CredentialDataOAuth2Code,
  CredentialDataOAuth2Password,
  CredentialDataOAuth2Token,
  CredentialDataString,
} from './credential-data.dto.js';
import { IsEnum, IsNestedBy, IsOptional, IsString, IsStringArray } from '../validation/validators.js';

const CREDENTIAL_TYPES = [
  'none',
  'string',
  'binary',
  'basic-auth',
  'oauth2-client',
  'oauth2-code',
  'oauth2-password',
  'oauth2-token',
  'custom-function',
  'certificate',
  'jwt-bearer',
] as const;

/** What a credential consists of. */
export type CredentialType = (typeof CREDENTIAL_TYPES)[number];

/** The class of `data` for each type. For `custom-function` and `jwt-bearer` the platform states none. */
const DATA_BY_TYPE = {
  none: CredentialDataNone,
  string: CredentialDataString,
  binary: CredentialDataBinary,
  'basic-auth': CredentialDataBasicAuth,
  'oauth2-client': CredentialDataOAuth2Client,
  'oauth2-code': CredentialDataOAuth2Code,
  'oauth2-password': CredentialDataOAuth2Password,
  'oauth2-token': CredentialDataOAuth2Token,
  certificate: CredentialDataCertificate,
};

/** A credential to create. */
export class CredentialCreate {
  /** Its name. */
  @IsString()
  name: string;

  /** Type of the credential; determines the shape of `data`. */
  @IsEnum(CREDENTIAL_TYPES)
  type: CredentialType;

  /** The secret. */
  @IsNestedBy('type', DATA_BY_TYPE)
  data: object;
}

/** A connection that uses a credential. */
export class CredentialUsageConnection {
  /** ULID of the connection. */
  @ApiProperty({ format: 'ulid' })
  id: string;

  /** Its name. */
  name: string;

  /** The connector that it belongs to. */
  connector: ConnectorSummaryBase;

  /** When it was created. */
  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  /** When it was last changed. */
  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

/** One use of a credential. */
export class CredentialUsage {
  /** Where it is used. */
  connection: CredentialUsageConnection;
}

/** A secret that authenticates with an external system, without what is secret. */
export class Credential {
  /** ULID of the credential. */
  @IsString('ulid')
  id: string;

  /** ULID of the organisation that owns it. */
  @IsString('ulid')
  organisationId: string;

  /** Type of the credential; determines the shape of `data`. */
  @IsEnum(CREDENTIAL_TYPES)
  type: CredentialType;

  /** Its name. */
  @IsString()
  name: string;

  /** Where it is used; missing where that was not looked up. */
  usages?: CredentialUsage[];

  /** Validation errors; empty if it is valid, missing if it was not validated. */
  @IsOptional()
  @IsStringArray()
  errors?: string[];

  /** Contents; secrets are hidden. */
  @IsNestedBy('type', DATA_BY_TYPE)
  data: object;

  /** When the platform deletes it. */
  @IsOptional()
  @IsString('date-time')
  expiresAt?: string;
}
