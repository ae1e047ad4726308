import type { CustomFetch } from 'openid-client';

/** Under this name an id_token waits for whoever is to judge it. */
const UNVERIFIED = 'unverified_id_token';

/**
 * Keeps the id_token of a refresh out of openid-client's sight. For the sake of one that is not good (a clock ahead,
 * keys that changed) it would throw away the whole answer, and with it the refresh token that has taken the place of the
 * one just used up: a person signed out. `IdTokenStrategy` judges it, as it does every other.
 */
export function sparingIdToken(fetchTokens: CustomFetch): CustomFetch {
  return async (url, init) => {
    const response = await fetchTokens(url, init);
    const isRefresh = init.body instanceof URLSearchParams && init.body.get('grant_type') === 'refresh_token';
    if (!isRefresh || response.status !== 200) return response;
    const answer = (await response
      .clone()
      .json()
      .catch(() => undefined)) as Record<string, unknown> | null | undefined;
    if (answer?.['id_token'] === undefined) return response;
    const { id_token: idToken, ...rest } = answer;
    return Response.json({ ...rest, [UNVERIFIED]: typeof idToken === 'string' ? idToken : 'no token' });
  };
}

/** The id_token that was kept out of sight, if any. */
export function sparedIdToken(answer: object): string | undefined {
  return (answer as { readonly [UNVERIFIED]?: string })[UNVERIFIED];
}
