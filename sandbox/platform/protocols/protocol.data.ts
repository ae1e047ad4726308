/** A protocol for calling other systems. */
export interface Protocol {
  readonly id: string;
  readonly slug: 'http' | 'bigquery';
  readonly name: string;
  readonly description: string;
  readonly iconURL: string;
}

/** An authentication scheme of other systems. */
export interface AuthScheme {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly description: string;
}

/** Every protocol. */
export const PROTOCOLS: readonly Protocol[] = [
  {
    id: '01J9Y0000000000000PR0T0HTP',
    slug: 'http',
    name: 'HTTP',
    description: 'APIs that are called with HTTP requests, REST for one.',
    iconURL: 'https://assets.example.com/protocols/http.svg',
  },
  {
    id: '01J9Y0000000000000PR0T0BGQ',
    slug: 'bigquery',
    name: 'BigQuery',
    description: 'Datasets of Google BigQuery, which are asked in SQL.',
    iconURL: 'https://assets.example.com/protocols/bigquery.svg',
  },
];

const NONE = scheme('N0NE', 'none', 'None', 'Requests carry no credential.');
const OAUTH2 = scheme('0ATH', 'oauth2', 'OAuth 2.0', 'An access token that an authorization server issues.');

/** The authentication schemes of each protocol. */
export const AUTH_SCHEMES: Readonly<Record<Protocol['slug'], readonly AuthScheme[]>> = {
  http: [
    NONE,
    scheme('AP1K', 'api-key', 'API key', 'A fixed key in a header, a query parameter or a cookie.'),
    scheme('BAS1', 'basic-auth', 'Basic', 'A user name and a password.'),
    OAUTH2,
    scheme('HMAC', 'hmac', 'HMAC', 'A signature over parts of the request, made with a shared key.'),
    scheme('JWTB', 'jwt-bearer', 'JWT bearer', 'A token that the caller signs itself.'),
    scheme('CFNC', 'custom-function', 'Custom function', 'Code that authenticates each request.'),
    scheme('CERT', 'certificate', 'Client certificate', 'A certificate that is shown when the TLS connection is made.'),
  ],
  bigquery: [
    NONE,
    OAUTH2,
    scheme('GSAC', 'google-service-account', 'Google service account', 'The key file of a service account.'),
  ],
};

function scheme(mark: string, type: string, name: string, description: string): AuthScheme {
  return { id: `01J9Y0000000000000AVTH${mark}`, type, name, description };
}
