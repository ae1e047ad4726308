import type { NewAuthSchemeConfig } from './creations.js';
import { type Json, objectOf, type OpenApiDocument, textOf } from './document.js';
import type { MessageLog } from './message.log.js';

const GRANTS = {
  authorizationCode: 'authorization_code',
  clientCredentials: 'client_credentials',
  password: 'password',
} as const;

/** The ways to authenticate that a document names, as far as connectors know them. */
export function authSchemesOf(document: OpenApiDocument, log: MessageLog): NewAuthSchemeConfig[] {
  const schemes = objectOf(objectOf(document.root, 'components'), 'securitySchemes');
  return Object.entries(schemes).flatMap(([name, sent]) => {
    const scheme = document.resolve(sent);
    const found = convert(scheme, textOf(scheme, 'description') ?? name, name, log);
    if (found.length === 0)
      log.note('warning', 'Some security schemes cannot be taken over.', `${name}: ${textOf(scheme, 'type') ?? '?'}`);
    return found;
  });
}

function convert(scheme: Json, description: string, name: string, log: MessageLog): NewAuthSchemeConfig[] {
  switch (textOf(scheme, 'type')) {
    case 'apiKey':
      return apiKey(scheme, description);
    case 'http':
      return http(scheme, description, name, log);
    case 'oauth2':
      return oauth2(scheme, description);
    case 'mutualTLS':
      return [{ description, schemeType: 'certificate' }];
    default:
      return [];
  }
}

function apiKey(scheme: Json, description: string): NewAuthSchemeConfig[] {
  const [name, place] = [textOf(scheme, 'name'), textOf(scheme, 'in')];
  if (name === undefined || (place !== 'query' && place !== 'header' && place !== 'cookie')) return [];
  return [{ description, schemeType: 'api-key', name, in: place }];
}

function http(scheme: Json, description: string, name: string, log: MessageLog): NewAuthSchemeConfig[] {
  const kind = textOf(scheme, 'scheme')?.toLowerCase();
  if (kind === 'basic') return [{ description, schemeType: 'basic-auth' }];
  if (kind !== 'bearer') return [];
  log.note('info', 'Bearer tokens are sent as an API key, whose value begins with "Bearer ".', name);
  return [{ description, schemeType: 'api-key', name: 'Authorization', in: 'header' }];
}

function oauth2(scheme: Json, description: string): NewAuthSchemeConfig[] {
  const flows = objectOf(scheme, 'flows');
  return Object.entries(GRANTS).flatMap(([flowName, grantType]) => {
    if (flows[flowName] === undefined) return [];
    const flow = objectOf(flows, flowName);
    const scopes = Object.entries(objectOf(flow, 'scopes')).map(([name, meaning]) => ({
      name,
      ...(typeof meaning === 'string' && meaning !== '' && { description: meaning }),
    }));
    const urls = { authorizeUrl: textOf(flow, 'authorizationUrl') ?? '', tokenUrl: textOf(flow, 'tokenUrl') ?? '' };
    return [{ description, schemeType: 'oauth2' as const, ...urls, scopes, defaultScopes: [], grant: { grantType } }];
  });
}
