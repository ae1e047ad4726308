import type { NewAuthSchemeConfig } from './connector.model.js';
import type { Diagnostics } from './diagnostics.js';
import type { OpenApiDocument } from './document.js';
import { isObject, type Json, objectOf, type Path, textOf } from './json.js';

const GRANTS = {
  authorizationCode: 'authorization_code',
  clientCredentials: 'client_credentials',
  password: 'password',
} as const;

/** Converts a document's security schemes to the authentication schemes that connectors support. */
export function authSchemesOf(document: OpenApiDocument, log: Diagnostics): NewAuthSchemeConfig[] {
  const schemes = objectOf(objectOf(document.root, 'components'), 'securitySchemes');
  return Object.entries(schemes).flatMap(([name, sent]) => {
    const scheme = document.resolve(sent);
    const at = ['components', 'securitySchemes', name];
    const found = convert(scheme, textOf(scheme, 'description') ?? name, { name, at }, log);
    if (found.length === 0)
      log.add('warning', 'Some security schemes are of a kind that connectors do not have; they are left out.', {
        at,
        label: `${name}: ${kindOf(scheme)}`,
      });
    return found;
  });
}

/** Such as `http digest`. */
function kindOf(scheme: Json): string {
  const type = textOf(scheme, 'type');
  const detail = type === 'http' ? textOf(scheme, 'scheme') : Object.keys(objectOf(scheme, 'flows')).join(', ');
  return type === undefined ? 'without a type' : [type, detail].filter(Boolean).join(' ');
}

function convert(
  scheme: Json,
  description: string,
  where: { name: string; at: Path },
  log: Diagnostics,
): NewAuthSchemeConfig[] {
  switch (textOf(scheme, 'type')) {
    case 'apiKey':
      return apiKey(scheme, description);
    case 'http':
      return http(scheme, description, where, log);
    case 'oauth2':
      return oauth2(scheme, description, where, log);
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

function http(
  scheme: Json,
  description: string,
  { name, at }: { name: string; at: Path },
  log: Diagnostics,
): NewAuthSchemeConfig[] {
  const kind = textOf(scheme, 'scheme')?.toLowerCase();
  if (kind === 'basic') return [{ description, schemeType: 'basic-auth' }];
  if (kind !== 'bearer') return [];
  log.add('info', 'Bearer tokens are sent as an API key, whose value begins with "Bearer ".', { at, label: name });
  return [{ description, schemeType: 'api-key', name: 'Authorization', in: 'header' }];
}

function oauth2(
  scheme: Json,
  description: string,
  { name, at }: { name: string; at: Path },
  log: Diagnostics,
): NewAuthSchemeConfig[] {
  const flows = objectOf(scheme, 'flows');
  const left = Object.keys(flows).filter((flow) => !Object.hasOwn(GRANTS, flow) && !flow.startsWith('x-'));
  const found = Object.entries(GRANTS).flatMap(([flowName, grantType]) => {
    if (!isObject(flows[flowName])) return [];
    const flow = flows[flowName];
    if (flow['refreshUrl'] !== undefined)
      log.add('info', 'Connectors refresh tokens where they get them; a "refreshUrl" is left out.', {
        at,
        label: `${name}: ${flowName}`,
      });
    const scopes = Object.entries(objectOf(flow, 'scopes')).map(([scope, meaning]) => ({
      name: scope,
      ...(typeof meaning === 'string' && meaning !== '' && { description: meaning }),
    }));
    const urls = { authorizeUrl: textOf(flow, 'authorizationUrl') ?? '', tokenUrl: textOf(flow, 'tokenUrl') ?? '' };
    return [{ description, schemeType: 'oauth2' as const, ...urls, scopes, defaultScopes: [], grant: { grantType } }];
  });
  for (const flow of found.length > 0 ? left : [])
    log.add('info', 'Some OAuth 2 flows are of a kind that connectors do not have; they are left out.', {
      at,
      label: `${name}: ${flow}`,
    });
  return found;
}
