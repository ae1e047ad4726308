import * as oidc from 'openid-client';
import { describeError } from '../http/problem.js';

/** What a log line says about a failed call to the provider or a rejected token. Never a token. */
export interface FailureFacts {
  /** Names, codes and messages down the chain of causes. */
  readonly reason: string;
  /** The error code of RFC 6749, section 5.2 or 4.1.2.1, as the provider sent it. */
  readonly oauthError?: string;
  /** The vendor's own code where its description begins with one, such as AADSTS7000222. */
  readonly providerCode?: string;
  /** Status of the provider's response. */
  readonly providerStatus?: number;
  readonly expectedIssuer?: string;
  readonly receivedIssuer?: string;
  /** What to check first, by the name of the setting. */
  readonly hint?: string;
}

/** A token of the provider that was rejected; `code` is JOSE's if JOSE rejected it. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  constructor(
    message: string,
    readonly code: string | undefined,
    readonly issuers?: { readonly expected: string; readonly received: string },
  ) {
    super(message);
  }
}

/** Describes a failure without repeating free text from the provider or a browser. */
export function describeFailure(error: unknown): FailureFacts {
  const facts = { ...describeError(error), ...oauthFacts(error), ...statusOf(error), ...issuersOf(error) };
  const hint = hintFor(facts);
  return hint === undefined ? facts : { ...facts, hint };
}

/** The OAuth error code of a provider error, from its token endpoint or a callback. */
export function oauthErrorOf(error: unknown): string | undefined {
  const isAnswer = error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError;
  return isAnswer ? error.error : undefined;
}

function oauthFacts(error: unknown): Partial<FailureFacts> {
  const oauthError = oauthErrorOf(error);
  if (oauthError === undefined) return {};
  const { error_description: description } = error as { error_description?: string };
  // A description may contain a code or a secret; only what is certainly a vendor's error code is extracted.
  const [providerCode] = /^(?:[A-Z]{2,12}\d{3,8}\b|[a-z]+(?:_[a-z]+){1,6}$)/.exec(description ?? '') ?? [];
  return {
    oauthError: oauthError.replaceAll(/[^\w.:/-]/g, '?').slice(0, 64),
    ...(providerCode !== undefined && { providerCode }),
  };
}

function statusOf(error: unknown): Partial<FailureFacts> {
  if (error instanceof oidc.ResponseBodyError) return { providerStatus: error.status };
  for (let at = error; at instanceof Error; at = at.cause) {
    const { status } = (at.cause ?? {}) as { status?: unknown };
    if (typeof status === 'number') return { providerStatus: status };
  }
  return {};
}

/** The two issuers if they differ: in metadata, in a callback (RFC 9207) or in a token. */
function issuersOf(error: unknown): Partial<FailureFacts> {
  if (error instanceof TokenRefused && error.issuers)
    return { expectedIssuer: error.issuers.expected, receivedIssuer: error.issuers.received };
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { expected, body, parameters } = (at.cause ?? {}) as {
      expected?: unknown;
      body?: { issuer?: unknown };
      parameters?: unknown;
    };
    const received = parameters instanceof URLSearchParams ? parameters.get('iss') : body?.issuer;
    if (typeof expected === 'string' && typeof received === 'string' && URL.canParse(expected))
      return { expectedIssuer: expected, receivedIssuer: received.slice(0, 256) };
  }
  return {};
}

type HintRule = readonly [applies: (facts: FailureFacts) => boolean, hint: string];

const says = (pattern: RegExp) => (facts: FailureFacts) => pattern.test(facts.reason);
const answers =
  (...codes: string[]) =>
  ({ oauthError }: FailureFacts) =>
    oauthError !== undefined && codes.includes(oauthError);

/** Common configuration errors and the settings behind them; the first rule that applies counts. */
const HINTS: readonly HintRule[] = [
  [
    ({ receivedIssuer }) => receivedIssuer?.includes('{tenantid}') === true,
    'OIDC_ISSUER names an endpoint for all tenants; use the issuer of one tenant, with its id in the path',
  ],
  [
    ({ receivedIssuer }) => receivedIssuer !== undefined,
    'OIDC_ISSUER must be exactly what the provider calls itself, a trailing slash included',
  ],
  [
    ({ providerCode }) => providerCode === 'AADSTS7000222',
    'the client secret has expired: make a new one and set OIDC_CLIENT_SECRET',
  ],
  [
    answers('invalid_client'),
    'the provider does not accept the client: check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, then OIDC_CLIENT_AUTH',
  ],
  [
    says(/NoClientAuthentication/),
    'set OIDC_CLIENT_SECRET, OIDC_CLIENT_KEY, or OIDC_TLS_CERT and OIDC_TLS_KEY, as the client is registered',
  ],
  [
    answers('unauthorized_client'),
    'the client is not registered for the authorization code flow, or for refresh tokens',
  ],
  [
    answers('invalid_scope'),
    'OIDC_SCOPES asks for a scope that the provider does not know or does not allow the client',
  ],
  [
    answers('invalid_request', 'unsupported_response_type', 'invalid_target'),
    'the provider refuses the request itself: check OIDC_AUTHORIZATION_PARAMS and the registration of the client',
  ],
  [
    answers('invalid_grant'),
    'the provider does not know the code or refresh token (any more), or the redirect URI differs from the registered one',
  ],
  [
    says(/ERR_JWT_EXPIRED|"(?:nbf|iat|exp)" claim|not valid yet|issued in the future/),
    'the clocks of the gateway and the provider may differ: check that both are synchronised',
  ],
  [says(/"aud" claim/), 'the token is for another client: check OIDC_CLIENT_ID'],
  [
    says(/algorithm .* is not allowed|ERR_JOSE_ALG_NOT_ALLOWED/),
    'let the provider sign id_tokens with an asymmetric algorithm, such as RS256 or ES256',
  ],
  [
    says(/ERR_JWKS_NO_MATCHING_KEY|ERR_JWS_SIGNATURE_VERIFICATION_FAILED/),
    'the key is not in the provider’s key set: check that OIDC_ISSUER is the provider that signs the tokens',
  ],
  [
    says(/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT/),
    'the host of OIDC_ISSUER cannot be reached from here: check its name, the network and a proxy in between',
  ],
  [
    says(/CERT_|SELF_SIGNED|UNABLE_TO_|ERR_TLS|certificate/i),
    'the provider’s certificate is not trusted: set CA_CERTIFICATES to the file of your certificate authority',
  ],
  [says(/only requests to HTTPS are allowed/), 'the provider names endpoints by http; let it use https'],
  [
    ({ providerStatus, reason }) => providerStatus === 404 && reason.includes('HTTP'),
    'there is no discovery document below OIDC_ISSUER: check its path',
  ],
];

function hintFor(facts: FailureFacts): string | undefined {
  return HINTS.find(([applies]) => applies(facts))?.[1];
}
