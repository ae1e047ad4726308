/** How the identity provider of the sandbox is set up, for its one client. */
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
  /** 15 minutes unless said otherwise. */
  readonly idTokenSeconds?: number;
  /** 15 minutes unless said otherwise. */
  readonly accessTokenSeconds?: number;
  /** 14 days unless said otherwise. */
  readonly refreshTokenSeconds?: number;
}
