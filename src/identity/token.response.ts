import type * as oidc from 'openid-client';

/** The member that carries an id_token past openid-client. */
const WITHHELD = 'withheld_id_token';

/** The tokens that the provider returned for a code or a refresh token. */
export interface TokenSet {
  readonly idToken: string | undefined;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Epoch milliseconds; undefined if the provider omits it (RFC 6749, section 5.1: `expires_in` is optional). */
  readonly accessTokenExpiresAt: number | undefined;
}

/**
 * Normalises responses of the token endpoint as the specifications allow, before openid-client reads them:
 * - The id_token is withheld. `TokenVerifier` verifies it, like every token of the provider; an invalid one must not
 *   discard the new refresh token, because the previous one is used up.
 * - A null or empty member counts as absent.
 * - An error counts by its `error` member even if a challenge comes with it (RFC 6749, section 5.2).
 */
export function readTokenResponses(fetchTokens: oidc.CustomFetch): oidc.CustomFetch {
  return async (url, init) => {
    const response = await fetchTokens(url, init);
    const isTokenRequest = init.body instanceof URLSearchParams && init.body.has('grant_type');
    if (!isTokenRequest) return response;
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => undefined);
    if (body === null || typeof body !== 'object' || Array.isArray(body)) return response;
    const headers = { 'content-type': 'application/json' };
    return new Response(JSON.stringify(withoutIdToken(body as Record<string, unknown>)), {
      status: response.status,
      headers,
    });
  };
}

/** The tokens of a response that openid-client has accepted. */
export function tokenSetOf(answer: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): TokenSet {
  const seconds = answer.expiresIn();
  return {
    idToken: (answer as { readonly [WITHHELD]?: string })[WITHHELD],
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    accessTokenExpiresAt: seconds === undefined ? undefined : Date.now() + seconds * 1000,
  };
}

function withoutIdToken({ id_token: idToken, ...answer }: Record<string, unknown>): Record<string, unknown> {
  const members = Object.entries(answer).filter(([, value]) => value !== null && value !== '');
  const rest = Object.fromEntries(members.filter(([name, value]) => name !== 'expires_in' || isDuration(value)));
  if (idToken === undefined || idToken === null || idToken === '') return rest;
  return { ...rest, [WITHHELD]: typeof idToken === 'string' ? idToken : 'not a token' };
}

/** An `expires_in` of zero or less is ignored. */
function isDuration(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && Number(value) > 0;
}
