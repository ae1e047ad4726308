import { hasWord, type Vendor } from '../vendor.js';

/** Entra ID, one tenant. Most companies let only administrators consent, so that `prompt=consent` fails for everyone else. */
export const ENTRA_ID: Vendor = {
  name: 'Entra ID',
  sources: [
    'Microsoft identity platform: OpenID Connect on the Microsoft identity platform',
    'Microsoft identity platform: OAuth 2.0 authorization code flow',
    'Microsoft Entra: Configure how users consent to applications',
  ],
  issuerPath: '/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0',
  clientAuth: ['client_secret_post', 'client_secret_basic'],
  metadata: () => ({
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    frontchannel_logout_supported: true,
  }),
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  grantsRefreshToken: (request) => hasWord(request, 'scope', 'offline_access'),
  refuses: (request) => (hasWord(request, 'prompt', 'consent') ? 'access_denied' : undefined),
  rotates: false,
  idTokenOnRefresh: true,
  saysExpiresIn: true,
  signsWith: 'RS256',
  idTokenSeconds: 3_600,
  idToken: { name: 'Ada Example', preferred_username: 'ada@acme.example', tid: '8eaef023-2b34-4da1-9baa-8bc8c9d6a490' },
  userInfo: { name: 'Ada Example', email: 'ada@acme.example' },
  hasRevocation: false,
  logout: {
    path: '/oauth2/v2.0/logout',
    isInMetadata: true,
    returnParameter: 'post_logout_redirect_uri',
    echoesState: true,
    answer: () => 'signed_out',
  },
  hasFrontchannelLogout: true,
  settings: () => ({ OIDC_AUTHORIZATION_PARAMS: 'prompt=' }),
};
