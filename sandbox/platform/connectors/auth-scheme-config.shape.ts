import {
  checked,
  filledText,
  flag,
  list,
  object,
  optional,
  type Read,
  ruled,
  text,
  unique,
  variants,
  word,
} from '../validation/shape.js';

const base = { id: filledText, description: text };

const placed = { name: filledText, in: word('query', 'header', 'cookie') };

const clientOfConnector = {
  credentialId: optional(text),
  organisationId: optional(text),
  clientId: optional(text),
  clientSecret: optional(text),
};

const grant = ruled(
  variants('grantType', {
    authorization_code: object({ grantType: word('authorization_code'), ...clientOfConnector }),
    client_credentials: object({ grantType: word('client_credentials') }),
    password: object({ grantType: word('password'), ...clientOfConnector }),
  }),
  'must have both credentialId and organisationId, or neither',
  (value) => 'credentialId' in value === 'organisationId' in value,
);

const oauth2 = object({
  ...base,
  schemeType: word('oauth2'),
  authorizeUrl: text,
  tokenUrl: text,
  scopes: list(object({ name: text, description: optional(text) })),
  defaultScopes: list(text),
  additionalAuthorizeParams: optional(text),
  additionalTokenParams: optional(text),
  mtlsEnabled: optional(flag),
  mtlsCredentialId: optional(text),
  grant,
});

const hmac = object({
  ...base,
  ...placed,
  schemeType: word('hmac'),
  algorithm: word('sha1', 'sha256', 'sha512'),
  digestInputs: list(word('body', 'url')),
});

/** How a connector authenticates, without the secret. */
export const authSchemeConfig = variants('schemeType', {
  none: object({ ...base, schemeType: word('none') }),
  'api-key': object({ ...base, ...placed, schemeType: word('api-key') }),
  'basic-auth': object({ ...base, schemeType: word('basic-auth') }),
  oauth2,
  hmac,
  certificate: object({ ...base, schemeType: word('certificate') }),
});

/** How a connector authenticates, without the secret. */
export type AuthSchemeConfig = Read<typeof authSchemeConfig>;

/** The OAuth 2.0 variant. */
export type OAuth2Config = Read<typeof oauth2>;

/** All authentication configurations of a connector, with unique ids. */
export const authSchemeConfigs = checked(list(authSchemeConfig), (configs, at) =>
  unique(configs, at, ({ id }) => id, 'must have an id that no other one has'),
);
