/** The person who signs in at every double. */
export const PERSON = { sub: 'person-1', name: 'Ada Example', email: 'ada@acme.example' };

/** A client authentication method. */
export type ClientAuth = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'tls_client_auth';

/** How a vendor's logout page handles a request. */
export type LogoutAnswer = 'signed_out' | 'asks_to_confirm' | 'error';

/** The documented behaviour of one vendor's identity provider, as visible to a client. */
export interface Vendor {
  readonly name: string;
  /** The titles of the documents that specify the behaviour. */
  readonly sources: readonly string[];
  /** The path of the issuer. */
  readonly issuerPath: string;
  /** How the registered client authenticates; every other way is `invalid_client`. */
  readonly clientAuth: readonly ClientAuth[];
  /** Members of the discovery document that differ from the double's; undefined leaves one out. */
  readonly metadata?: (origin: string) => Readonly<Record<string, unknown>>;
  /** Scopes that the client may ask for; any other is `invalid_scope`. */
  readonly scopes: readonly string[];
  /** Whether an authorization request leads to a refresh token. */
  readonly grantsRefreshToken: (request: URLSearchParams) => boolean;
  /** The OAuth error of an authorization request that the vendor refuses. */
  readonly refuses?: (request: URLSearchParams) => string | undefined;
  /** Whether each refresh rotates the refresh token; using the previous one then revokes the grant. */
  readonly rotates: boolean;
  readonly idTokenOnRefresh: boolean;
  readonly saysExpiresIn: boolean;
  readonly requiresPushedRequests?: boolean;
  readonly signsWith: 'RS256' | 'ES256' | 'EdDSA';
  readonly idTokenSeconds: number;
  /** Claims of the person in the id_token, and at the userinfo endpoint. */
  readonly idToken: Readonly<Record<string, unknown>>;
  readonly userInfo: Readonly<Record<string, unknown>>;
  readonly hasRevocation: boolean;
  readonly logout?: {
    readonly path: string;
    readonly isInMetadata: boolean;
    /** The parameter that names where the browser goes afterwards. */
    readonly returnParameter: string;
    readonly echoesState: boolean;
    readonly answer: (request: URLSearchParams, hasValidHint: boolean) => LogoutAnswer;
  };
  /** The logout token that the vendor posts; undefined where it has no back-channel logout. */
  readonly logoutToken?: { readonly typ: string | undefined; readonly saysExp: boolean };
  /** Whether the vendor's logout page loads the client's front-channel logout address, with `iss` and `sid`. */
  readonly hasFrontchannelLogout?: boolean;
  /** The settings that docs/identity-providers.md gives for this vendor, beside issuer, client and secret. */
  readonly settings: (origin: string) => Readonly<Record<string, string>>;
}

/** Whether a space-separated parameter contains a value. */
export function hasWord(request: URLSearchParams, parameter: string, word: string): boolean {
  return (request.get(parameter) ?? '').split(' ').includes(word);
}
