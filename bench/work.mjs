const BASE = '/api/connect/v1/o';
const POST_BYTES = 1_024;
const API_KEY = {
  id: '01J8ZC5W9QK3T7V2M4N6P8R0SB',
  description: 'The key',
  schemeType: 'api-key',
  name: 'X-Key',
  in: 'header',
};

/**
 * What is asked of each subject. `status` is the only right answer; `anonymous` leaves the caller's identity out, which
 * only subjects with sessions can answer by themselves.
 */
export const WORK = [
  { name: 'get-1kb', title: 'GET list 1 KB', path: `${BASE}/1kb/connectors?first=20`, status: 200, bytes: 1_024 },
  { name: 'get-20kb', title: 'GET list 20 KB', path: `${BASE}/20kb/connectors?first=20`, status: 200, bytes: 20_480 },
  { name: 'get-200kb', title: 'GET list 200 KB', path: `${BASE}/200kb/connectors`, status: 200, bytes: 204_800 },
  {
    name: 'get-one',
    title: 'GET one',
    path: `${BASE}/1kb/connectors/01J8ZC5W9QK3T7V2M4N6P8R0SA`,
    status: 200,
    bytes: 1_024,
  },
  {
    name: 'post-1kb',
    title: 'POST create 1 KB',
    path: `${BASE}/1kb/protocols/http/connectors`,
    status: 201,
    bytes: 1_024,
    body: connectorOf(POST_BYTES),
  },
  { name: '401', title: 'no session: 401', path: `${BASE}/1kb/connectors`, status: 401, bytes: 1, anonymous: true },
  { name: '404', title: 'upstream says 404', path: `${BASE}/none/connectors/nothing`, status: 404, bytes: 1 },
];

/** What costs a gateway much and the load little: bodies that it checks. */
export const POST_16KB = {
  ...WORK.find(({ name }) => name === 'post-1kb'),
  name: 'post-16kb',
  title: 'POST create 16 KB',
  body: connectorOf(16_384, 60),
};

/** What a browser would send beside the caller's identity. */
const BROWSER_HEADERS = {
  Accept: 'application/json',
  'Accept-Language': 'en-GB,en;q=0.8',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  Referer: 'http://127.0.0.1/connectors',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Dest': 'empty',
};

/** One request of a kind of work, for one subject. */
export function requestOf(work, subject) {
  return {
    url: subject.url + work.path,
    method: work.body === undefined ? 'GET' : 'POST',
    headers: {
      ...BROWSER_HEADERS,
      ...(work.anonymous ? {} : subject.headers),
      ...(work.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: work.body,
  };
}

/** The same as the bytes that come before the body. */
export function requestHeadOf(work, subject) {
  const { method, headers, body } = requestOf(work, subject);
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  const fields = Object.entries({ Host: new URL(subject.url).host, ...headers, ...length });
  return `${method} ${work.path} HTTP/1.1\r\n${fields.map((field) => `${field.join(': ')}\r\n`).join('')}\r\n`;
}

export function canDo(subject, work) {
  return subject.sessions === true || work.anonymous !== true;
}

/**
 * Asks once, and holds the answer against what is right.
 * @throws Error that says what was wrong
 */
export async function checkAnswer(work, subject) {
  const { url, method, headers, body } = requestOf(work, subject);
  const answer = await fetch(url, { method, headers, body, redirect: 'manual' });
  const { byteLength } = await answer.arrayBuffer();
  if (answer.status !== work.status) throw new Error(`answered ${answer.status}, not ${work.status}`);
  if (work.status < 300 && byteLength !== work.bytes)
    throw new Error(`answered ${byteLength} bytes, not ${work.bytes}`);
}

/** The JSON text of a valid connector, to create, of this length and with so many ways to sign in. */
function connectorOf(bytes, schemes = 1) {
  const connector = {
    name: 'Orders of the shop',
    baseUrl: 'https://shop.example/api/v2/{{ conn.region }}',
    connectionVariables: [
      { name: 'region', value: 'eu-central' },
      { name: 'tenant', value: 'acme' },
    ],
    authSchemeConfigs: [
      ...Array.from({ length: schemes }, () => API_KEY),
      {
        id: '01J8ZC5W9QK3T7V2M4N6P8R0SC',
        description: 'Consent of the person',
        schemeType: 'oauth2',
        authorizeUrl: 'https://shop.example/oauth/authorize',
        tokenUrl: 'https://shop.example/oauth/token',
        scopes: [{ name: 'orders:read', description: 'Read orders' }],
        defaultScopes: ['orders:read'],
        grant: { grantType: 'client_credentials' },
        mtlsEnabled: false,
      },
    ],
    tags: { area: ['sales', 'fulfilment'], note: [''] },
    public: false,
  };
  connector.tags.note = ['x'.repeat(bytes - JSON.stringify(connector).length)];
  return JSON.stringify(connector);
}
