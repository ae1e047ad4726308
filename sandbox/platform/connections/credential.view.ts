import type { CredentialEntry } from '../store/records.js';

const REDACTED = '[redacted]';
/** Types whose secret parts only the platform knows. */
const OPAQUE = ['custom-function', 'jwt-bearer'];

/** The members of each type's data that callers may read; all others are redacted. */
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

/** A credential as callers see it, without secrets. */
export function viewCredential({ id, name, body }: CredentialEntry): object {
  const { organisationId, type, data } = body;
  const errors = errorsOf(type, data);
  return { id, organisationId, type, name, data: redact(type, data), ...(errors.length > 0 && { errors }) };
}

/** The result of validating it. There is no external system that could reject it. */
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
