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
  /** ULID, chosen by its creator; unique within the connector. */
  @IsString('ulid')
  id: string;

  /** Distinguishes configurations of the same scheme. */
  @IsString()
  description: string;

  /** Validation messages of the platform; ignored in requests. */
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

  /** Location of the key in the request. */
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

  /** Authorization endpoint URL. */
  @IsString('uri')
  authorizeUrl: string;

  /** Token endpoint URL. */
  @IsString('uri')
  tokenUrl: string;

  /** All available scopes; a connection selects some of them. */
  @IsNestedArray(() => OAuth2Scope)
  scopes: OAuth2Scope[];

  /** Names of the scopes requested by default. */
  @IsStringArray()
  defaultScopes: string[];

  /** Default additional parameters of the authorization request, URL-encoded. */
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

  /** How an access token is obtained. */
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

  /** Location of the signature in the request. */
  @IsEnum(PLACES)
  in: (typeof PLACES)[number];

  /** Hash algorithm of the signature. */
  @IsEnum(HMAC_ALGORITHMS)
  algorithm: (typeof HMAC_ALGORITHMS)[number];

  /** Parts of the request that are signed, in this order. */
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
