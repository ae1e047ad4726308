import type { CredentialEntry } from '../store/records.js';

const REDACTED = '[redacted]';
/** Nobody but the platform knows which parts of these are secret. */
const OPAQUE = ['custom-function', 'jwt-bearer'];

/** What callers may read of each type's data as it is; what else they sent comes back redacted. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'basic-auth': ['username'],
  'oauth2-client': [
    'clientId',
    'authorizeUrl',
    'tokenUrl',
    'scopes',
    'additionalParams',
    'mTLSEnabled',
    'mTLSCredentialId',
  ],
  'oauth2-password': ['username'],
  'oauth2-token': ['scopes'],
  certificate: ['certificate', 'ca'],
};

/** A credential as callers see it: never with a secret in it. */
export function viewCredential({ id, name, body }: CredentialEntry): object {
  const { organisationId, type, data } = body;
  const errors = errorsOf(type, data);
  return { id, organisationId, type, name, data: redact(type, data), ...(errors.length > 0 && { errors }) };
}

/** What validating it found. An external system that could refuse it is not there. */
function errorsOf(type: string, data: object): string[] {
  if (OPAQUE.includes(type)) return [];
  return Object.entries(data)
    .filter(([, value]) => value === '')
    .map(([name]) => `${name} is empty.`);
}

function redact(type: string, data: object): object {
  if (OPAQUE.includes(type)) return {};
  const shown = SHOWN[type] ?? [];
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, shown.includes(name) ? value : REDACTED]),
  );
}
