import type * as oidc from 'openid-client';

/** The member under which an id_token travels past openid-client. */
const WITHHELD = 'withheld_id_token';

/** What the provider gave for a code or a refresh token. */
export interface TokenSet {
  readonly idToken: string | undefined;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Epoch milliseconds; undefined where the provider does not say (RFC 6749, section 5.1: `expires_in` is optional). */
  readonly accessTokenExpiresAt: number | undefined;
}

/**
 * Reads the answers of the token endpoint as the specifications allow them, before openid-client does:
 * - The id_token is withheld. `TokenVerifier` judges it, as it does every token of the provider, and one that is not good
 *   must not take the new refresh token down with it: the one before is used up.
 * - A member that is null, or empty, counts as left out.
 * - An error counts by its `error` member also where a challenge comes with it (RFC 6749, section 5.2).
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

/** The tokens of an answer that openid-client has accepted. */
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

/** An `expires_in` of nought or less says nothing that could be used. */
function isDuration(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && Number(value) > 0;
}
