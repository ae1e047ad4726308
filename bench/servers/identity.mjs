// A small OpenID provider: every sign-in is another person's. Enough for the code flow of a confidential client.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { serve } from './serve.mjs';

const ISSUER = `http://127.0.0.1:${process.env.PORT}`;
const LIFETIME_SECONDS = 6 * 3_600;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'RS256' };
const nonces = new Map();

serve(async (req, res) => {
  const url = new URL(req.url, ISSUER);
  if (url.pathname === '/.well-known/openid-configuration') return json(res, metadata());
  if (url.pathname === '/jwks') return json(res, { keys: [jwk] });
  if (url.pathname === '/sample-token') return json(res, { token: idToken('connect-gateway') });
  if (url.pathname === '/authorize') return authorize(url.searchParams, res);
  if (url.pathname === '/token') return json(res, tokens(new URLSearchParams(await textOf(req))));
  return res.writeHead(404).end();
});

function authorize(query, res) {
  const code = randomUUID();
  nonces.set(code, { nonce: query.get('nonce'), audience: query.get('client_id') });
  const location = new URL(query.get('redirect_uri'));
  for (const [name, value] of Object.entries({ code, state: query.get('state'), iss: ISSUER }))
    location.searchParams.set(name, value);
  res.writeHead(302, { Location: location.href }).end();
}

function tokens(form) {
  const { nonce, audience } = nonces.get(form.get('code')) ?? {};
  nonces.delete(form.get('code'));
  return {
    token_type: 'Bearer',
    access_token: randomUUID(),
    expires_in: LIFETIME_SECONDS,
    id_token: idToken(audience, nonce),
  };
}

function idToken(audience, nonce) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ISSUER,
    aud: audience,
    sub: randomUUID(),
    name: 'Demo Person',
    email: 'demo@example.com',
    sid: randomUUID(),
    iat: now,
    exp: now + LIFETIME_SECONDS,
    nonce: nonce ?? undefined,
  };
  const parts = [{ alg: 'RS256', kid: 'bench', typ: 'JWT' }, claims].map(encode).join('.');
  return `${parts}.${sign('RSA-SHA256', Buffer.from(parts), privateKey).toString('base64url')}`;
}

function encode(part) {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function metadata() {
  return {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/jwks`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    authorization_response_iss_parameter_supported: true,
  };
}

function json(res, body) {
  res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(req) {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text;
}
