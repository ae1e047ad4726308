import { hasWord, type Vendor } from '../vendor.js';

/** Okta, a custom authorization server: the secret by HTTP Basic only, a logout that demands the id_token. */
export const OKTA: Vendor = {
  name: 'Okta',
  sources: [
    'Okta OpenID Connect & OAuth 2.0 API: authorize, token, logout, client authentication methods',
    'Okta: Refresh access tokens and rotate refresh tokens',
  ],
  issuerPath: '/oauth2/default',
  clientAuth: ['client_secret_basic'],
  metadata: () => ({
    token_endpoint_auth_methods_supported: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
    ],
  }),
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  grantsRefreshToken: (request) => hasWord(request, 'scope', 'offline_access'),
  rotates: true,
  idTokenOnRefresh: true,
  saysExpiresIn: true,
  signsWith: 'RS256',
  idTokenSeconds: 3_600,
  // "Thin" id_tokens of the code flow: what the profile and email scopes give is at the userinfo endpoint.
  idToken: {},
  userInfo: { name: 'Ada Example', email: 'ada@acme.example' },
  hasRevocation: true,
  logout: {
    path: '/oauth2/default/v1/logout',
    isInMetadata: true,
    returnParameter: 'post_logout_redirect_uri',
    echoesState: true,
    answer: (_request, hasValidHint) => (hasValidHint ? 'signed_out' : 'error'),
  },
  settings: () => ({ OIDC_LOGOUT_HINT: 'form_post' }),
};
