import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { ApiError } from './api.error.js';
import type { Caller } from './route.js';

/** The issuer and audience of accepted tokens. */
export interface Identity {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string;
}

/** Authenticates an `Authorization` header. Throws ApiError 401, or 503 if the provider's keys are unavailable. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** Errors that say nothing about the token: the provider's keys are unavailable. */
const PROVIDER_FAULTS = [errors.JWKSTimeout, errors.JWKSInvalid, errors.JWKInvalid];

/** Accepts the id_tokens of one OpenID provider. Its keys are fetched on demand, and cached. */
export function bearerOf({ issuer, audience, jwksUri }: Identity): Authenticate {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  const rules = { issuer, audience, algorithms: ['RS256', 'ES256'], requiredClaims: ['exp'] };
  return async (authorization) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) throw unauthenticated('Send an id_token as "Authorization: Bearer <token>".');
    try {
      return callerOf((await jwtVerify(token, keys, rules)).payload);
    } catch (error) {
      throw isAboutToken(error) ? unauthenticated((error as Error).message) : unavailable(error);
    }
  };
}

function callerOf({ email }: JWTPayload): Caller {
  return { email: typeof email === 'string' ? email.toLowerCase() : '' };
}

function isAboutToken(error: unknown): boolean {
  if (PROVIDER_FAULTS.some((fault) => error instanceof fault)) return false;
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

function unauthenticated(details: string): ApiError {
  return new ApiError(401, 'unauthenticated', 'The request carries no token that is accepted here.', { details });
}

function unavailable(cause: unknown): ApiError {
  return new ApiError(
    503,
    'identity_provider_unavailable',
    'The keys that tokens are checked with cannot be fetched.',
    {
      details: (cause as Error).message,
    },
  );
}
