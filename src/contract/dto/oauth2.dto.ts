import {
  IsBoolean,
  IsNested,
  DiscriminatedUnion,
  IsOptional,
  IsString,
  IsStringArray,
  IsEnum,
} from '../validation/validators.js';

/** A scope that an OAuth 2.0 application can be asked for. */
export class OAuth2Scope {
  /** User name at the external system. */
  @IsString()
  name: string;

  /** Description, for people. */
  @IsOptional()
  @IsString()
  description?: string;
}

/** The OAuth 2.0 client of a grant, and the credential that keeps its secret. */
class OAuth2GrantClient {
  /** ULID of the credential that holds the client; without it and `organisationId` a new one is made. */
  @IsOptional()
  @IsString('ulid')
  credentialId?: string;

  /** ULID of the organisation that owns the credential; another one than the connector's for imported connectors. */
  @IsOptional()
  @IsString('ulid')
  organisationId?: string;

  /** Client ID. */
  @IsOptional()
  @IsString()
  clientId?: string;

  /** Client secret; write-only. */
  @IsOptional()
  @IsString()
  clientSecret?: string;
}

/** The authorization code grant: the person signs in at the external system. */
export class AuthSchemeConfigOAuth2GrantAuthorizationCode extends OAuth2GrantClient {
  /** Always `authorization_code`. */
  @IsEnum(['authorization_code'])
  grantType: 'authorization_code';
}

/** The client credentials grant: the connector signs in as itself. */
export class AuthSchemeConfigOAuth2GrantClientCredentials {
  /** Always `client_credentials`. */
  @IsEnum(['client_credentials'])
  grantType: 'client_credentials';
}

/** The password grant: the connector signs in with the name and password of a person. */
export class AuthSchemeConfigOAuth2GrantPassword extends OAuth2GrantClient {
  /** Always `password`. */
  @IsEnum(['password'])
  grantType: 'password';
}

/** How an access token is obtained. */
@DiscriminatedUnion('grantType', {
  authorization_code: AuthSchemeConfigOAuth2GrantAuthorizationCode,
  client_credentials: AuthSchemeConfigOAuth2GrantClientCredentials,
  password: AuthSchemeConfigOAuth2GrantPassword,
})
export class AuthSchemeConfigOAuth2Grant {
  grantType: string;
}

/** A stored credential. */
export class CredentialReference {
  /** ULID of the credential. */
  @IsString('ulid')
  id: string;

  /** ULID of the organisation that owns it. */
  @IsString('ulid')
  organisationId: string;
}

/** What the address at which a person lets a connector in is made of. */
export class InitialiseOAuth2ConnectionRequest {
  /** The credential that holds the client's secret, for the exchange of the code. */
  @IsNested(() => CredentialReference)
  credential: CredentialReference;

  /** Authorization endpoint URL. */
  @IsString('uri')
  authorizeUrl: string;

  /** Client ID; must match the credential. */
  @IsString()
  clientId: string;

  /** Requested scopes; `offline_access` is added unless `disableOfflineAccess` is set. */
  @IsOptional()
  @IsStringArray()
  scopes?: string[];

  /** Do not add `offline_access`. */
  @IsOptional()
  @IsBoolean()
  disableOfflineAccess?: boolean;

  /** `prompt` of the authorization request: `login` (default), `consent`, `consent+select_account`. */
  @IsOptional()
  @IsString()
  prompt?: string;

  /** Additional parameters, URL-encoded, such as `bar=baz&foo=cat%20bob`; must not repeat those that the platform sets. */
  @IsOptional()
  @IsString()
  additionalParams?: string;
}

/** Where to send the person. */
export class InitialiseOAuth2ConnectionResponse {
  /** Authorization URL to send the browser to. */
  url: string;
}
