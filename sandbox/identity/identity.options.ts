/** Options of the sandbox's identity provider, for its one client. */
export interface IdentityOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** A SQLite file, or `:memory:`. */
  readonly database: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** The client's back-channel logout URI; with it, id_tokens carry `sid`. */
  readonly backchannelLogoutUri?: string;
  /** 15 minutes by default. */
  readonly idTokenSeconds?: number;
  /** 15 minutes by default. */
  readonly accessTokenSeconds?: number;
  /** 14 days by default. */
  readonly refreshTokenSeconds?: number;
}
