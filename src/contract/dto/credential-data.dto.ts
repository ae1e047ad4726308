import { Flag, Optional, Text, Texts } from '../validation/validators.js';

/** Nothing: the external system asks for no authentication. */
export class CredentialDataNone {}

/** A text, such as an API key. Hidden in answers. */
export class CredentialDataString {
  /** The text. */
  @Text()
  value: string;
}

/** Bytes, such as a private key or a file. Hidden in answers. */
export class CredentialDataBinary {
  /** The bytes, in Base64. */
  @Text()
  valueBase64: string;
}

/** User name and password. */
export class CredentialDataBasicAuth {
  /** User name. */
  @Text()
  username: string;

  /** Password; hidden in answers. */
  @Text()
  password: string;
}

/** An OAuth 2.0 client. */
export class CredentialDataOAuth2Client {
  /** Public id of the client. */
  @Text()
  clientId: string;

  /** Secret of the client; hidden in answers. */
  @Text()
  clientSecret: string;

  /** Where the external system asks the person for consent; empty for the client credentials grant. */
  @Text('uri')
  authorizeUrl: string;

  /** Where access tokens are issued. */
  @Text('uri')
  tokenUrl: string;

  /** Scopes to ask for; only the client credentials grant needs them here. */
  @Optional()
  @Texts()
  scopes?: string[];

  /** Parameters to add to the body of a token request, URL-encoded. */
  @Optional()
  @Text()
  additionalParams?: string;

  /** Whether token requests use mutual TLS. */
  @Optional()
  @Flag()
  mTLSEnabled?: boolean;

  /** Credential with the client certificate for mutual TLS. */
  @Optional()
  @Text()
  mTLSCredentialId?: string;
}

/** An OAuth 2.0 access token, and what it can be renewed with. */
export class CredentialDataOAuth2Token {
  /** Scopes that the person agreed to. */
  @Texts()
  scopes: string[];

  /** Access token; hidden in answers. */
  @Optional()
  @Text()
  accessToken?: string;

  /** Refresh token; hidden in answers. */
  @Optional()
  @Text()
  refreshToken?: string;
}

/** An OAuth 2.0 authorization code; the platform exchanges it and stores a token instead. */
export class CredentialDataOAuth2Code {
  /** The code. */
  @Text()
  code: string;

  /** The state that came back with it. */
  @Text()
  state: string;
}

/** User name and password of a person at an OAuth 2.0 application. */
export class CredentialDataOAuth2Password {
  /** User name. */
  @Text()
  username: string;

  /** Password; hidden in answers. */
  @Text()
  password: string;
}

/** A client certificate for TLS, in PEM. */
export class CredentialDataCertificate {
  /** The certificate. */
  @Text()
  certificate: string;

  /** Its private key. */
  @Text()
  key: string;

  /** The authority to check the server's certificate against. */
  @Text()
  ca: string;
}
