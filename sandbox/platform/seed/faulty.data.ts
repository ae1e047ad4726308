import type { ConnectionCreate } from '../connections/connection.shape.js';
import type { NewConnector } from '../connectors/connector.changes.js';
import { action, bodyOf, pathParameter, trigger } from './endpoint.data.js';
import type { Content, SeedVersion } from './seed.content.js';
import { DEMO_FAULTY_CONNECTOR_ID } from './seed.ids.js';

const OAUTH2 = {
  id: '01JA0000000000000000BADGE2',
  description: 'Sign-in at the front desk',
  schemeType: 'oauth2' as const,
  authorizeUrl: 'http://badges.example.com/authorize',
  tokenUrl: 'https://badges.example.com/token',
  scopes: [{ name: 'print' }],
  defaultScopes: ['print', 'design'],
  grant: { grantType: 'client_credentials' as const },
};

/** A connector with every kind of error and warning that the platform reports. */
export const BADGES: NewConnector = {
  id: DEMO_FAULTY_CONNECTOR_ID,
  name: 'Badge Printer',
  body: {
    protocol: 'http',
    public: false,
    baseUrl: 'https://badge-printer.example.com',
    tags: { team: ['platform'] },
    authSchemeConfigs: [OAUTH2],
  },
  inner: { categories: ['HR'] },
};

const BADGE = { type: 'object', properties: { name: { type: 'string' }, photo: { $ref: '#/$defs/Photo' } } };

const FINE: Content = {
  definitions: { Badge: BADGE, Photo: { type: 'string', format: 'uri' } },
  actions: [
    action('PrintBadge', ['POST', '/badges'], [201, 'Badge'], { requestBody: bodyOf('Badge') }),
    action('GetBadge', ['GET', '/badges/{{ param.id }}'], [200, 'Badge'], { parameters: [pathParameter('id')] }),
  ],
  triggers: [trigger('BadgePrinted', 'Badge')],
};

const FAULTY: Content = {
  definitions: { ...FINE.definitions, Sticker: { type: 'object' }, Ink: { type: 'object' } },
  actions: [
    action('PrintBadge', ['POST', '/badges/{{ param.printer }}'], [201, 'Badge'], { requestBody: bodyOf('Badge') }),
    action('GetBadge', ['GET', '/badges'], [200, 'Badge'], { parameters: [pathParameter('id')] }),
    action('ListStickers', ['GET', '/stickers'], [200, 'Sticker']),
  ],
  triggers: [trigger('BadgePrinted', 'Badge'), trigger('InkIsLow', 'Ink')],
  unvalidated: ['ListStickers'],
  deleted: ['Photo', 'Ink'],
};

/** Its versions, oldest first. */
export const BADGES_VERSIONS: readonly SeedVersion[] = [
  {
    name: '0.1.0',
    content: { ...FINE, definitions: { ...FINE.definitions, Lanyard: { type: 'object' } } },
    isPublished: true,
  },
  { name: '0.2.0', description: 'Something is wrong with it, in every place.', content: FAULTY },
  { name: '0.3.0', description: 'Nothing is wrong with it.', content: FINE },
];

/** A connection whose credential is invalid. */
export const BADGES_CONNECTION: ConnectionCreate = {
  name: 'Front desk',
  credentials: {
    action: [
      {
        authSchemeConfig: OAUTH2,
        credential: { name: 'Desk client', type: 'oauth2-token', data: { scopes: ['print'], accessToken: '' } },
      },
    ],
  },
  variables: [],
};
