import {
  anything,
  dictionary,
  filledText,
  flag,
  list,
  object,
  optional,
  type Read,
  ruled,
  type Shape,
  text,
  variants,
  word,
} from '../validation/shape.js';

const base64 = ruled(text, 'must be base64', (value) => /^[A-Za-z0-9+/_-]*={0,2}$/.test(value));

const client = object({
  clientId: text,
  clientSecret: text,
  authorizeUrl: text,
  tokenUrl: text,
  scopes: optional(list(text)),
  additionalParams: optional(text),
  mTLSEnabled: optional(flag),
  mTLSCredentialId: optional(text),
});

const password = object({ username: text, password: text });

const token = object({ scopes: list(text), accessToken: optional(text), refreshToken: optional(text) });

/** A credential to create, with its secret. */
export const credentialCreate = variants('type', {
  none: of(
    'none',
    ruled(object({}), 'must be empty', (data) => Object.keys(data).length === 0),
  ),
  string: of('string', object({ value: text })),
  binary: of('binary', object({ valueBase64: base64 })),
  'basic-auth': of('basic-auth', password),
  'oauth2-client': of('oauth2-client', client),
  'oauth2-code': of('oauth2-code', object({ code: filledText, state: filledText })),
  'oauth2-password': of('oauth2-password', password),
  'oauth2-token': of('oauth2-token', token),
  'custom-function': of('custom-function', dictionary(anything)),
  certificate: of('certificate', object({ certificate: text, key: text, ca: text })),
  'jwt-bearer': of('jwt-bearer', dictionary(anything)),
});

/** A credential to create, with its secret. */
export type CredentialCreate = Read<typeof credentialCreate>;

function of<T extends string, D>(type: T, data: Shape<D>) {
  return object({ name: filledText, type: word(type), data });
}
