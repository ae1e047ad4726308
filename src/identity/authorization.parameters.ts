import type { ServerMetadata } from 'openid-client';
import type { Config } from '../config/config.js';

/** The parameters a frontend may set for a sign-in (OpenID Connect Core, section 3.1.2.1); all others are dropped. */
export interface FrontendParameters {
  readonly prompt?: string | undefined;
  readonly login_hint?: string | undefined;
  readonly max_age?: string | undefined;
  readonly acr_values?: string | undefined;
  readonly ui_locales?: string | undefined;
}

/**
 * Parameters of an authorization request beyond the gateway's own. The operator's
 * (`OIDC_AUTHORIZATION_PARAMS`) override the frontend's: a link must not weaken `acr_values`. A parameter set to the
 * empty string is left out.
 */
export function authorizationParameters(
  config: Pick<Config, 'oidcAuthorizationParams' | 'oidcScopes'>,
  metadata: ServerMetadata,
  wishes: FrontendParameters,
): Record<string, string> {
  const asked = Object.entries(wishes).filter(([, value]) => value !== undefined);
  const parameters = new Map(asked as [string, string][]);
  const prompt = promptFor(config.oidcScopes, metadata, wishes.prompt);
  if (prompt !== undefined) parameters.set('prompt', prompt);
  for (const [name, value] of config.oidcAuthorizationParams) parameters.set(name, value);
  return Object.fromEntries([...parameters].filter(([, value]) => value !== ''));
}

/**
 * Core, section 11: a request for `offline_access` must ask for consent, or the provider ignores that scope. `none`
 * cannot be combined with another value.
 */
function promptFor(scopes: string, metadata: ServerMetadata, asked = ''): string | undefined {
  const prompts = asked.split(' ').filter((prompt) => prompt !== '');
  const supported = metadata['prompt_values_supported'];
  const isKnown = !Array.isArray(supported) || supported.includes('consent');
  if (!scopes.split(' ').includes('offline_access') || !isKnown || prompts.includes('none')) return asked || undefined;
  return [...new Set([...prompts, 'consent'])].join(' ');
}
