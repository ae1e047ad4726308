import { hasWord, type Vendor } from '../vendor.js';

/** Google: no `offline_access` but `access_type=offline`, no logout for clients, a refresh token that stays. */
export const GOOGLE: Vendor = {
  name: 'Google',
  sources: [
    'Google Identity: OpenID Connect (authentication URI parameters)',
    'Google Identity: Using OAuth 2.0 for Web Server Applications (offline access)',
  ],
  issuerPath: '',
  clientAuth: ['client_secret_post', 'client_secret_basic'],
  scopes: ['openid', 'profile', 'email'],
  grantsRefreshToken: (request) => request.get('access_type') === 'offline' && hasWord(request, 'prompt', 'consent'),
  rotates: false,
  idTokenOnRefresh: true,
  saysExpiresIn: true,
  signsWith: 'RS256',
  idTokenSeconds: 3_600,
  idToken: { azp: 'connect-gateway', name: 'Ada Example', email: 'ada@acme.example', hd: 'acme.example' },
  userInfo: {},
  hasRevocation: true,
  settings: () => ({
    OIDC_SCOPES: 'openid profile email',
    OIDC_AUTHORIZATION_PARAMS: 'access_type=offline&prompt=consent',
  }),
};
