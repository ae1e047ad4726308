import { Message } from './message.dto.js';
import { AuthSchemeConfigOAuth2Grant, OAuth2Scope } from './oauth2.dto.js';
import {
  IsBoolean,
  IsNested,
  IsNestedArray,
  DiscriminatedUnion,
  IsOptional,
  IsString,
  IsStringArray,
  IsEnum,
  IsEnumArray,
} from '../validation/validators.js';

const PLACES = ['query', 'header', 'cookie'] as const;
const HMAC_ALGORITHMS = ['sha1', 'sha256', 'sha512'] as const;
const HMAC_INPUTS = ['body', 'url'] as const;

/** What every configuration of an auth scheme has. */
export class AuthSchemeConfigBase {
  /** ULID that its creator chooses; unique within the connector. */
  @IsString('ulid')
  id: string;

  /** Tells apart configurations of the same scheme. */
  @IsString()
  description: string;

  /** What the platform found on checking it; ignored when sent. */
  @IsOptional()
  @IsNestedArray(() => Message)
  validationMessages?: Message[];
}

/** The external system asks for no authentication. */
export class AuthSchemeConfigNone extends AuthSchemeConfigBase {
  /** Always `none`. */
  @IsEnum(['none'])
  schemeType: 'none';
}

/** An API key, sent along with each request. */
export class AuthSchemeConfigAPIKey extends AuthSchemeConfigBase {
  /** Always `api-key`. */
  @IsEnum(['api-key'])
  schemeType: 'api-key';

  /** Name of the query parameter, header or cookie that carries the key. */
  @IsString()
  name: string;

  /** Where the key stands in a request. */
  @IsEnum(PLACES)
  in: (typeof PLACES)[number];
}

/** User name and password, as HTTP Basic authentication. */
export class AuthSchemeConfigBasicAuth extends AuthSchemeConfigBase {
  /** Always `basic-auth`. */
  @IsEnum(['basic-auth'])
  schemeType: 'basic-auth';
}

/** OAuth 2.0 with a client that belongs to the connector. */
export class AuthSchemeConfigOAuth2 extends AuthSchemeConfigBase {
  /** Always `oauth2`. */
  @IsEnum(['oauth2'])
  schemeType: 'oauth2';

  /** Where the external system asks the person for consent. */
  @IsString('uri')
  authorizeUrl: string;

  /** Where access tokens are issued. */
  @IsString('uri')
  tokenUrl: string;

  /** Every scope there is; a connection chooses from them. */
  @IsNestedArray(() => OAuth2Scope)
  scopes: OAuth2Scope[];

  /** Names of the scopes that a new connection asks for. */
  @IsStringArray()
  defaultScopes: string[];

  /** Parameters that a frontend offers to add to `authorizeUrl`, URL-encoded. */
  @IsOptional()
  @IsString()
  additionalAuthorizeParams?: string;

  /** Parameters to add to the body of a token request, URL-encoded. */
  @IsOptional()
  @IsString()
  additionalTokenParams?: string;

  /** Whether token requests use mutual TLS. */
  @IsOptional()
  @IsBoolean()
  mtlsEnabled?: boolean;

  /** Credential with the client certificate; found by the platform where it is left out. */
  @IsOptional()
  @IsString()
  mtlsCredentialId?: string;

  /** How an access token is come by. */
  @IsNested(() => AuthSchemeConfigOAuth2Grant)
  grant: AuthSchemeConfigOAuth2Grant;
}

/** A signature over the request, most often on what a trigger receives. */
export class AuthSchemeConfigHMAC extends AuthSchemeConfigBase {
  /** Always `hmac`. */
  @IsEnum(['hmac'])
  schemeType: 'hmac';

  /** Name of the query parameter, header or cookie that carries the signature. */
  @IsString()
  name: string;

  /** Where the signature stands in a request. */
  @IsEnum(PLACES)
  in: (typeof PLACES)[number];

  /** Hash function of the signature. */
  @IsEnum(HMAC_ALGORITHMS)
  algorithm: (typeof HMAC_ALGORITHMS)[number];

  /** What is signed, in this order. */
  @IsEnumArray(HMAC_INPUTS)
  digestInputs: (typeof HMAC_INPUTS)[number][];
}

/** A client certificate. */
export class AuthSchemeConfigCertificate extends AuthSchemeConfigBase {
  /** Always `certificate`. */
  @IsEnum(['certificate'])
  schemeType: 'certificate';
}

/** How a connector authenticates with its external system; the secrets themselves are a credential's. */
@DiscriminatedUnion('schemeType', {
  none: AuthSchemeConfigNone,
  'api-key': AuthSchemeConfigAPIKey,
  'basic-auth': AuthSchemeConfigBasicAuth,
  oauth2: AuthSchemeConfigOAuth2,
  hmac: AuthSchemeConfigHMAC,
  certificate: AuthSchemeConfigCertificate,
})
export class AuthSchemeConfig {
  schemeType: string;
}
