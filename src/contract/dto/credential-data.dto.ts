import { IsBoolean, IsOptional, IsString, IsStringArray } from '../validation/validators.js';

/** Nothing: the external system asks for no authentication. */
export class CredentialDataNone {}

/** A text, such as an API key. Hidden in answers. */
export class CredentialDataString {
  /** The text. */
  @IsString()
  value: string;
}

/** Bytes, such as a private key or a file. Hidden in answers. */
export class CredentialDataBinary {
  /** Bytes, Base64-encoded. */
  @IsString()
  valueBase64: string;
}

/** User name and password. */
export class CredentialDataBasicAuth {
  /** User name. */
  @IsString()
  username: string;

  /** Password; hidden in responses. */
  @IsString()
  password: string;
}

/** An OAuth 2.0 client. */
export class CredentialDataOAuth2Client {
  /** Client ID. */
  @IsString()
  clientId: string;

  /** Client secret; hidden in responses. */
  @IsString()
  clientSecret: string;

  /** Authorization endpoint URL; empty for the client credentials grant. */
  @IsString('uri')
  authorizeUrl: string;

  /** Token endpoint URL. */
  @IsString('uri')
  tokenUrl: string;

  /** Requested scopes; used by the client credentials grant only. */
  @IsOptional()
  @IsStringArray()
  scopes?: string[];

  /** Parameters to add to the body of a token request, URL-encoded. */
  @IsOptional()
  @IsString()
  additionalParams?: string;

  /** Whether token requests use mutual TLS. */
  @IsOptional()
  @IsBoolean()
  mTLSEnabled?: boolean;

  /** Credential with the client certificate for mutual TLS. */
  @IsOptional()
  @IsString()
  mTLSCredentialId?: string;
}

/** An OAuth 2.0 access token, and what it can be renewed with. */
export class CredentialDataOAuth2Token {
  /** Granted scopes. */
  @IsStringArray()
  scopes: string[];

  /** Access token; hidden in responses. */
  @IsOptional()
  @IsString()
  accessToken?: string;

  /** Refresh token; hidden in responses. */
  @IsOptional()
  @IsString()
  refreshToken?: string;
}

/** An OAuth 2.0 authorization code; the platform exchanges it and stores a token instead. */
export class CredentialDataOAuth2Code {
  /** The code. */
  @IsString()
  code: string;

  /** The state that came back with it. */
  @IsString()
  state: string;
}

/** User name and password of a person at an OAuth 2.0 application. */
export class CredentialDataOAuth2Password {
  /** User name. */
  @IsString()
  username: string;

  /** Password; hidden in responses. */
  @IsString()
  password: string;
}

/** A client certificate for TLS, in PEM. */
export class CredentialDataCertificate {
  /** The certificate. */
  @IsString()
  certificate: string;

  /** Private key. */
  @IsString()
  key: string;

  /** CA certificate that the server's certificate is verified against. */
  @IsString()
  ca: string;
}
