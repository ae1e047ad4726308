import { hasWord, type Vendor } from '../vendor.js';

/** Keycloak 26: the tokens name their kind in a claim; without a hint its logout page asks the person. */
export const KEYCLOAK: Vendor = {
  name: 'Keycloak',
  sources: [
    'Keycloak Server Administration Guide: OpenID Connect clients, Session and token timeouts',
    'Keycloak, Securing applications: Using OpenID Connect (logout endpoint)',
    'Keycloak issue 28939 (typ of logout tokens)',
  ],
  issuerPath: '/realms/acme',
  // "Client Id and Secret" of a confidential client takes the secret both ways.
  clientAuth: ['client_secret_basic', 'client_secret_post'],
  metadata: () => ({
    token_endpoint_auth_methods_supported: [
      'private_key_jwt',
      'client_secret_basic',
      'client_secret_post',
      'tls_client_auth',
      'client_secret_jwt',
    ],
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    prompt_values_supported: ['none', 'login', 'consent'],
  }),
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  grantsRefreshToken: () => true,
  rotates: true,
  idTokenOnRefresh: true,
  saysExpiresIn: true,
  signsWith: 'RS256',
  idTokenSeconds: 300,
  idToken: { typ: 'ID', azp: 'connect-gateway', name: 'Ada Example', email: 'ada@acme.example' },
  userInfo: {},
  hasRevocation: true,
  logout: {
    path: '/realms/acme/protocol/openid-connect/logout',
    isInMetadata: true,
    returnParameter: 'post_logout_redirect_uri',
    echoesState: true,
    answer: (_request, hasValidHint) => (hasValidHint ? 'signed_out' : 'asks_to_confirm'),
  },
  logoutToken: { typ: 'logout+jwt', saysExp: true },
  settings: () => ({ OIDC_LOGOUT_HINT: 'form_post' }),
};

/** Keycloak before 25: logout tokens are of type JWT, before 24 without `exp`. */
export const OLD_KEYCLOAK: Vendor = {
  ...KEYCLOAK,
  name: 'Keycloak before 25',
  sources: ['Keycloak issues 28939 and 25753'],
  logoutToken: { typ: 'JWT', saysExp: false },
  refuses: (request) => (hasWord(request, 'prompt', 'create') ? 'invalid_request' : undefined),
};
