import type { Message } from '../http/message.js';
import type { AuthSchemeConfig, OAuth2Config } from './auth-scheme-config.shape.js';

/** A configuration as callers see it, with the messages of its validation, if any. */
export function withValidation(config: AuthSchemeConfig): object {
  const validationMessages = config.schemeType === 'oauth2' ? validate(config) : [];
  return validationMessages.length === 0 ? config : { ...config, validationMessages };
}

function validate({ scopes, defaultScopes, authorizeUrl, tokenUrl, grant }: OAuth2Config): Message[] {
  const known = new Set(scopes.map(({ name }) => name));
  const unknown = defaultScopes.filter((scope) => !known.has(scope));
  const insecure = [authorizeUrl, tokenUrl].filter((url) => !url.startsWith('https:'));
  const hasClient = grant.grantType === 'client_credentials' || grant.credentialId !== undefined;
  return [
    ...about('error', 'There is no client to ask for tokens with.', hasClient ? [] : ['grant.clientId']),
    ...about('error', 'Some default scopes are not among the scopes.', unknown),
    ...about('warning', 'Some addresses are not secure.', insecure),
  ];
}

function about(severity: Message['severity'], text: string, detail: string[]): Message[] {
  return detail.length === 0 ? [] : [{ text, severity, detail }];
}
