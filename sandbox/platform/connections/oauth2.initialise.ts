import { invalid } from '../http/api.error.js';
import { list, object, optional, type Read, flag, ruled, text } from '../validation/shape.js';

const webAddress = ruled(text, 'must be an http or https URL', (value) => /^https?:$/.test(protocolOf(value)));

/** The start of a sign-in at an OAuth 2.0 provider. */
export const initialiseRequest = object({
  credential: object({ id: text, organisationId: text }),
  authorizeUrl: webAddress,
  clientId: text,
  scopes: optional(list(text)),
  disableOfflineAccess: optional(flag),
  prompt: optional(text),
  additionalParams: optional(text),
});

/** The start of a sign-in at an OAuth 2.0 provider. */
export type InitialiseRequest = Read<typeof initialiseRequest>;

/** The requested scopes. */
export function scopesOf({ scopes = [], disableOfflineAccess = false }: InitialiseRequest): string[] {
  return [...new Set(disableOfflineAccess ? scopes : [...scopes, 'offline_access'])];
}

/**
 * The authorization URL for a sign-in.
 * @throws ApiError 400 if the additional parameters override the platform's
 */
export function authorizeUrl(request: InitialiseRequest, state: string, redirectUri: string): string {
  const additional = new URLSearchParams(request.additionalParams ?? '');
  const parameters: Record<string, string> = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: redirectUri,
    state,
    scope: scopesOf(request).join(' '),
    prompt: request.prompt ?? (additional.has('approval_prompt') ? '' : 'login'),
  };
  const conflicting = Object.keys(parameters).filter((name) => additional.has(name));
  if (conflicting.length > 0)
    throw invalid({ field: 'additionalParams', message: `must not set ${conflicting.join(', ')}` });
  const url = new URL(request.authorizeUrl);
  // Several prompts are joined by a plus, which means a space in a query.
  for (const [name, value] of Object.entries(parameters))
    if (value !== '') url.searchParams.set(name, value.replaceAll('+', name === 'prompt' ? ' ' : '+'));
  for (const [name, value] of additional) url.searchParams.append(name, value);
  return url.href;
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
