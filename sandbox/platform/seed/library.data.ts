import type { NewConnector } from '../connectors/connector.changes.js';
import type { Category } from '../connectors/category.shape.js';
import { action, bodyOf, pathParameter, trigger } from './endpoint.data.js';
import type { Content, SeedVersion } from './seed.content.js';
import { LIBRARY_CONNECTOR_ID } from './seed.ids.js';

const CRM_CONTENT: Content = {
  definitions: {
    Company: {
      type: 'object',
      properties: { name: { type: 'string' }, contacts: { type: 'array', items: { $ref: '#/$defs/Contact' } } },
    },
    Contact: {
      type: 'object',
      properties: { email: { type: 'string' }, company: { $ref: '#/$defs/Company' } },
      required: ['email'],
    },
  },
  actions: [
    action('GetContact', ['GET', '/contacts/{{ param.id }}'], [200, 'Contact'], {
      parameters: [pathParameter('id')],
    }),
    action('CreateContact', ['POST', '/contacts'], [201, 'Contact'], {
      requestBody: bodyOf('Contact'),
    }),
    action('GetCompany', ['GET', '/companies/{{ param.id }}'], [200, 'Company'], {
      parameters: [pathParameter('id')],
    }),
  ],
  triggers: [trigger('ContactChanged', 'Contact')],
};

/** The library's connector to try an import with. */
export const CRM: NewConnector = {
  id: LIBRARY_CONNECTOR_ID,
  name: 'Orbit CRM',
  body: {
    protocol: 'http',
    public: true,
    baseUrl: 'https://api.orbit-crm.example.com',
    documentationURL: 'https://docs.orbit-crm.example.com',
    tags: { vendor: ['orbit'] },
    authSchemeConfigs: [
      {
        id: '01JA0000000000000000RB1TA0',
        description: 'Sign in with Orbit',
        schemeType: 'oauth2',
        authorizeUrl: 'https://id.orbit-crm.example.com/authorize',
        tokenUrl: 'https://id.orbit-crm.example.com/token',
        scopes: [{ name: 'contacts' }, { name: 'companies' }],
        defaultScopes: ['contacts'],
        grant: { grantType: 'authorization_code', clientId: 'library', clientSecret: 'sandbox-library-secret' },
      },
      { id: '01JA0000000000000000RB1TK0', description: 'Orbit key', schemeType: 'api-key', name: 'key', in: 'query' },
    ],
    connectionVariables: [{ name: 'workspace', value: 'main' }],
  },
  inner: { categories: ['CRM', 'Development & IT'] },
};

/** The CRM's versions, oldest first. */
export const CRM_VERSIONS: readonly SeedVersion[] = [
  { name: '1.0.0', content: CRM_CONTENT, isPublished: true },
  { name: '2.0.0', description: 'Companies.', isPublished: true },
  { name: '3.0.0', description: 'Not ready.', content: CRM_CONTENT },
];

const STATUS: Content = {
  definitions: { Status: { type: 'object', properties: { state: { type: 'string' } } } },
  actions: [action('GetStatus', ['GET', '/status'], [200, 'Status'])],
  triggers: [],
};

/** Smaller connectors of the library. */
export const LIBRARY: readonly NewConnector[] = [
  small('Ledger Books', ['Accounting', 'Business Operations']),
  small('Parcel Trace', ['Supply Chain & Logistics', 'eCommerce']),
  small('Page Turner', ['Communication', 'Productivity']),
  small('Model Garden', ['AI/LLMs', 'Development & IT']),
];

/** Their only version. */
export const LIBRARY_VERSIONS: readonly SeedVersion[] = [{ name: '1.0.0', content: STATUS, isPublished: true }];

function small(name: string, categories: readonly Category[]): NewConnector {
  const slug = name.toLowerCase().replace(' ', '-');
  return {
    name,
    body: { protocol: 'http', public: true, baseUrl: `https://api.${slug}.example.com`, authSchemeConfigs: [] },
    inner: { categories },
  };
}
