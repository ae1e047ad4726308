import type { DatabaseSync } from 'node:sqlite';
import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { SqliteAdapter } from './identity.adapter.js';
import type { IdentityKeys } from './identity.keys.js';
import type { IdentityOptions } from './identity.options.js';
import { messagePage, signOutPage } from './pages.js';
import { personOf } from './people.js';

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 24 * 60 * MINUTE_SECONDS;

/** The path of the sign-in page; the identifier of the attempt follows. */
export const SIGN_IN_PATH = '/sign-in/';

/** The configuration of oidc-provider. Values equal to its defaults suppress its notices. */
export function configuration(options: IdentityOptions, keys: IdentityKeys, database: DatabaseSync): Configuration {
  return {
    adapter: (model: string) => new SqliteAdapter(model, database),
    jwks: { keys: [keys.signing] },
    cookies: cookies(keys),
    clients: [client(options)],
    clientBasedCORS: () => false,
    clockTolerance: 0,
    features: features(),
    fetch: fetchLoopback,
    findAccount: (_ctx, sub) => account(sub),
    claims: { openid: ['sub'], profile: ['name', 'organisations', 'roles'], email: ['email', 'email_verified'] },
    // All claims are in the id_token, so that the gateway need not call the userinfo endpoint.
    conformIdTokenClaims: false,
    interactions: { policy: signInOnly(), url: (_ctx, interaction) => SIGN_IN_PATH + interaction.uid },
    loadExistingGrant: newGrant,
    pkce: { required: () => true },
    responseTypes: ['code'],
    rotateRefreshToken: true,
    renderError: (ctx, out) => show(ctx, messagePage('That did not work', out.error_description ?? out.error)),
    ttl: lifetimes(options),
  };
}

function client(options: IdentityOptions): NonNullable<Configuration['clients']>[number] {
  return {
    client_id: options.clientId,
    client_secret: options.clientSecret,
    client_name: 'Connect gateway',
    redirect_uris: [...options.redirectUris],
    post_logout_redirect_uris: [...options.postLogoutRedirectUris],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...(options.backchannelLogoutUri !== undefined && {
      backchannel_logout_uri: options.backchannelLogoutUri,
      backchannel_logout_session_required: true,
    }),
  };
}

/** Cookies ignore ports: the names must not collide with those of another server on the same host. */
function cookies(keys: IdentityKeys): Configuration['cookies'] {
  return {
    keys: keys.cookies,
    names: { session: 'sandbox_identity', interaction: 'sandbox_sign_in', resume: 'sandbox_resume' },
  };
}

function features(): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: { enabled: false },
    revocation: { enabled: true, allowedPolicy: (_ctx, { clientId }, token) => token.clientId === clientId },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => show(ctx, signOutPage(form)),
      postLogoutSuccessSource: (ctx) => show(ctx, messagePage('Signed out', 'The session with the sandbox has ended.')),
    },
    userinfo: { enabled: true },
  };
}

function lifetimes(options: IdentityOptions): Configuration['ttl'] {
  return {
    AccessToken: options.accessTokenSeconds ?? 15 * MINUTE_SECONDS,
    AuthorizationCode: MINUTE_SECONDS,
    // Longer than any chain of refresh tokens needs: a grant is not extended when its token rotates.
    Grant: 365 * DAY_SECONDS,
    IdToken: options.idTokenSeconds ?? 15 * MINUTE_SECONDS,
    Interaction: 60 * MINUTE_SECONDS,
    RefreshToken: options.refreshTokenSeconds ?? 14 * DAY_SECONDS,
    Session: 14 * DAY_SECONDS,
  };
}

/** Requires a sign-in if needed, and never consent: the only client is the company's own. */
function signInOnly(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.get('consent')?.checks.clear();
  return policy;
}

/**
 * Creates a separate grant for every sign-in: revoking the tokens of one sign-in must not revoke those of the next one,
 * which a browser may already hold.
 */
async function newGrant({ oidc }: KoaContextWithOIDC) {
  const grant = new oidc.provider.Grant({ accountId: oidc.account?.accountId, clientId: oidc.client?.clientId });
  grant.addOIDCScope([...oidc.requestParamScopes].join(' '));
  await grant.save();
  return grant;
}

function account(sub: string) {
  const person = personOf(sub);
  return person && { accountId: sub, claims: () => ({ ...person, email_verified: true }) };
}

/** The provider rejects calls to this machine's own addresses, where the sandbox's client is; this disables that check. */
function fetchLoopback(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const { dispatcher: _guard, ...rest } = init;
  return fetch(url, rest);
}

function show(ctx: KoaContextWithOIDC, page: string): void {
  ctx.type = 'html';
  ctx.body = page;
}
