import { hasWord, type Vendor } from '../vendor.js';

/** Auth0, a regular web application: an issuer with a slash, an `audience` for its access tokens, its own logout. */
export const AUTH0: Vendor = {
  name: 'Auth0',
  sources: [
    'Auth0 Authentication API: Authorization Code Flow, Logout (/v2/logout), OIDC Logout',
    'Auth0: Application credentials (Post is the default of regular web applications)',
    'Auth0: Refresh token rotation; Back-Channel Logout',
  ],
  issuerPath: '/',
  clientAuth: ['client_secret_post'],
  metadata: () => ({
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  }),
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  grantsRefreshToken: (request) => hasWord(request, 'scope', 'offline_access'),
  // Without an audience the access token is opaque, and no API takes it.
  refuses: (request) => (request.get('audience') === 'https://api.acme.example' ? undefined : 'invalid_request'),
  rotates: true,
  idTokenOnRefresh: true,
  saysExpiresIn: true,
  signsWith: 'RS256',
  idTokenSeconds: 36_000,
  idToken: { name: 'Ada Example', email: 'ada@acme.example' },
  userInfo: {},
  hasRevocation: true,
  logout: {
    path: '/v2/logout',
    isInMetadata: false,
    returnParameter: 'returnTo',
    echoesState: false,
    answer: (request) => (request.get('client_id') === 'connect-gateway' ? 'signed_out' : 'error'),
  },
  logoutToken: { typ: 'logout+jwt', saysExp: true },
  settings: (origin) => ({
    OIDC_CLIENT_AUTH: 'client_secret_post',
    OIDC_AUTHORIZATION_PARAMS: 'audience=https://api.acme.example',
    OIDC_LOGOUT_URL: `${origin}/v2/logout?client_id={client_id}&returnTo={return_to}`,
  }),
};
