import { hasWord, type Vendor } from '../vendor.js';

/** Ory Hydra: Basic only, a logout that takes an address to return to with the id_token alone, logout tokens of type JWT. */
export const HYDRA: Vendor = {
  name: 'Ory Hydra',
  sources: [
    'Ory OAuth2 & OpenID Connect: Client authentication; Refresh token rotation',
    'Ory Hydra issues 1472 and 3426 (post_logout_redirect_uri needs id_token_hint)',
    'OpenID Connect Core 1.0, section 11 (offline_access asks for consent)',
  ],
  issuerPath: '',
  clientAuth: ['client_secret_basic'],
  // Hydra's metadata list what it can, not what the client is registered with; the double leaves them out: Basic.
  metadata: () => ({ token_endpoint_auth_methods_supported: undefined, backchannel_logout_supported: true }),
  scopes: ['openid', 'profile', 'email', 'offline', 'offline_access'],
  grantsRefreshToken: (request) => hasWord(request, 'scope', 'offline_access') && hasWord(request, 'prompt', 'consent'),
  rotates: true,
  idTokenOnRefresh: true,
  saysExpiresIn: true,
  signsWith: 'RS256',
  idTokenSeconds: 3_600,
  idToken: { name: 'Ada Example', email: 'ada@acme.example' },
  userInfo: {},
  hasRevocation: true,
  logout: {
    path: '/oauth2/sessions/logout',
    isInMetadata: true,
    returnParameter: 'post_logout_redirect_uri',
    echoesState: true,
    answer: (request, hasValidHint) =>
      request.has('post_logout_redirect_uri') && !hasValidHint ? 'error' : 'signed_out',
  },
  logoutToken: { typ: 'JWT', saysExp: true },
  settings: () => ({ OIDC_LOGOUT_HINT: 'form_post' }),
};
