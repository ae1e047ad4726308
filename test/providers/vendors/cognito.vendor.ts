import type { Vendor } from '../vendor.js';

/** Amazon Cognito user pools: no `offline_access`, always a refresh token that stays, a logout with `logout_uri`. */
export const COGNITO: Vendor = {
  name: 'Cognito',
  sources: [
    'Amazon Cognito Developer Guide: authorize, token, logout and revoke endpoints',
    'Amazon Cognito Developer Guide: Understanding the ID token; Refresh tokens',
  ],
  issuerPath: '/eu-west-1_AbCdEfGhI',
  clientAuth: ['client_secret_basic', 'client_secret_post'],
  scopes: ['openid', 'profile', 'email', 'phone', 'aws.cognito.signin.user.admin'],
  grantsRefreshToken: () => true,
  rotates: false,
  idTokenOnRefresh: true,
  saysExpiresIn: true,
  signsWith: 'RS256',
  idTokenSeconds: 3_600,
  idToken: { token_use: 'id', email: 'ada@acme.example', 'cognito:groups': ['editors'] },
  userInfo: { name: 'Ada Example', email: 'ada@acme.example' },
  hasRevocation: true,
  logout: {
    path: '/logout',
    isInMetadata: false,
    returnParameter: 'logout_uri',
    echoesState: false,
    answer: (request) =>
      request.get('client_id') === 'connect-gateway' && request.has('logout_uri') ? 'signed_out' : 'error',
  },
  settings: (origin) => ({
    OIDC_SCOPES: 'openid profile email',
    OIDC_LOGOUT_URL: `${origin}/logout?client_id={client_id}&logout_uri={return_to}`,
    SESSION_CLAIMS: 'cognito:groups',
  }),
};
