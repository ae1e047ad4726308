import { hasWord, type Vendor } from '../vendor.js';

/** PingFederate as a bank sets it up: keys instead of secrets, pushed requests, no id_token from a refresh. */
export const PING: Vendor = {
  name: 'PingFederate',
  sources: [
    'PingFederate Server: Configuring policy and ID token settings (Return ID Token On Refresh Grant)',
    'PingFederate Server: OpenID Connect RP-initiated logout endpoint',
    'PingFederate Server: Pushed authorization requests endpoint; Private key JWT client authentication',
  ],
  issuerPath: '',
  clientAuth: ['private_key_jwt'],
  metadata: () => ({ token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256', 'PS256'] }),
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  grantsRefreshToken: (request) => hasWord(request, 'scope', 'offline_access'),
  requiresPushedRequests: true,
  rotates: true,
  idTokenOnRefresh: false,
  saysExpiresIn: true,
  signsWith: 'ES256',
  idTokenSeconds: 300,
  idToken: { 'pi.sri': 'session-index', name: 'Ada Example' },
  userInfo: { name: 'Ada Example', email: 'ada@acme.example' },
  hasRevocation: true,
  logout: {
    path: '/idp/init_logout.openid',
    isInMetadata: true,
    returnParameter: 'post_logout_redirect_uri',
    echoesState: true,
    answer: (_request, hasValidHint) => (hasValidHint ? 'signed_out' : 'asks_to_confirm'),
  },
  logoutToken: { typ: 'logout+jwt', saysExp: true },
  settings: () => ({ PLATFORM_TOKEN: 'access_token', OIDC_LOGOUT_HINT: 'form_post' }),
};
