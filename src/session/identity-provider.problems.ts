import { errors } from 'jose';
import { ClientError } from 'openid-client';
import { Problem } from '../problems/problem.js';

/** A token that names no key of the set. Whatever else goes wrong says nothing about the token. */
export function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/** What fetch rejects with when no answer came, and openid-client when none came in time. */
export function isWithoutAnswer(error: unknown): boolean {
  if (error instanceof ClientError) return error.code === 'OAUTH_TIMEOUT';
  return error instanceof TypeError && error.cause !== undefined;
}

/** Nobody can tell what the identity provider would have said. */
export function providerUnavailable(cause: unknown): Problem {
  const message = 'The identity provider cannot be reached; try again later.';
  return new Problem(503, 'identity_provider_unavailable', message, { retryAfterSeconds: 5, cause });
}
