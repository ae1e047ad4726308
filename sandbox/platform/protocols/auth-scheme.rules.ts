import { invalid } from '../http/api.error.js';
import { AUTH_SCHEMES, type Protocol } from './protocol.data.js';

/** The credential types of each scheme; these two describe their own authentication, and fit every scheme. */
const CREDENTIAL_TYPES: Readonly<Record<string, readonly string[]>> = {
  none: ['none'],
  'api-key': ['string'],
  'basic-auth': ['basic-auth'],
  oauth2: ['oauth2-client', 'oauth2-code', 'oauth2-password', 'oauth2-token'],
  hmac: ['string', 'binary'],
  certificate: ['certificate'],
};
const UNIVERSAL_TYPES = ['custom-function', 'jwt-bearer'];

/** Throws ApiError 400 for a scheme that a protocol does not support. */
export function refuseScheme(protocol: Protocol['slug'], schemeType: string, field: string): void {
  const types = AUTH_SCHEMES[protocol].map(({ type }) => type);
  if (!types.includes(schemeType))
    throw invalid({ field, message: `must be a scheme that ${protocol} connectors can have: ${types.join(', ')}` });
}

/** Throws ApiError 400 for a credential that does not fit a scheme. */
export function refuseCredential(schemeType: string, credentialType: string, field: string): void {
  const types = [...(CREDENTIAL_TYPES[schemeType] ?? []), ...UNIVERSAL_TYPES];
  if (!types.includes(credentialType))
    throw invalid({ field, message: `must be a credential for ${schemeType}: ${types.join(', ')}` });
}
