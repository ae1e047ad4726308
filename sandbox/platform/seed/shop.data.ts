import type { ConnectionCreate } from '../connections/connection.shape.js';
import type { NewConnector } from '../connectors/connector.changes.js';
import { action, bodyOf, pathParameter, trigger } from './endpoint.data.js';
import type { Content, SeedVersion } from './seed.content.js';
import { DEMO_API_KEY_CONFIG_ID, DEMO_CONNECTOR_ID, DEMO_OAUTH2_CONFIG_ID } from './seed.ids.js';

const API_KEY = {
  id: DEMO_API_KEY_CONFIG_ID,
  description: 'Key of the shop',
  schemeType: 'api-key' as const,
  name: 'X-Api-Key',
  in: 'header' as const,
};

const OAUTH2 = {
  id: DEMO_OAUTH2_CONFIG_ID,
  description: 'Sign-in of a shop owner',
  schemeType: 'oauth2' as const,
  authorizeUrl: 'https://login.shop.example.com/authorize',
  tokenUrl: 'https://login.shop.example.com/token',
  scopes: [{ name: 'orders:read' }, { name: 'orders:write', description: 'Place and cancel orders' }],
  defaultScopes: ['orders:read'],
  grant: { grantType: 'authorization_code' as const, clientId: 'acme-shop', clientSecret: 'sandbox-client-secret' },
};

const BASIC = { id: '01JA0000000000000000BAS1C0', description: 'Back office', schemeType: 'basic-auth' as const };

/** A shop: the connector to try things with. */
export const SHOP: NewConnector = {
  id: DEMO_CONNECTOR_ID,
  name: 'Acme Shop',
  body: {
    protocol: 'http',
    public: false,
    baseUrl: 'https://shop.example.com/api',
    documentationURL: 'https://shop.example.com/docs',
    imageURL: 'https://shop.example.com/icon.svg',
    tags: { team: ['orders'], region: ['eu', 'us'] },
    authSchemeConfigs: [API_KEY, OAUTH2, BASIC],
    connectionVariables: [{ name: 'region', value: 'eu-west-1' }],
  },
  inner: { categories: ['eCommerce', 'Business Operations'] },
};

const PRODUCT_PROPERTIES = { id: { type: 'string' }, name: { type: 'string' }, price: { $ref: '#/$defs/Price' } };

const CONTENT: Content = {
  definitions: {
    Price: {
      type: 'object',
      properties: { amount: { type: 'string' }, currency: { type: 'string' } },
      required: ['amount'],
    },
    Product: { type: 'object', properties: PRODUCT_PROPERTIES, required: ['id', 'name'] },
    Products: { type: 'array', items: { $ref: '#/$defs/Product' } },
    Order: {
      type: 'object',
      properties: { id: { type: 'string' }, lines: { type: 'array', items: { $ref: '#/$defs/OrderLine' } } },
    },
    OrderLine: {
      type: 'object',
      properties: { product: { $ref: '#/$defs/Product' }, quantity: { type: 'integer', minimum: 1 } },
    },
  },
  actions: [
    action('ListProducts', ['GET', '/products'], [200, 'Products'], {
      parameters: [{ name: 'q', in: 'query', required: false, type: 'string' }],
    }),
    action('GetProduct', ['GET', '/products/{{ param.id }}'], [200, 'Product'], {
      parameters: [pathParameter('id')],
    }),
    action('PlaceOrder', ['POST', '/orders'], [201, 'Order'], { requestBody: bodyOf('Order') }),
    action('CancelOrder', ['DELETE', '/orders/{{ param.id }}'], [204], {
      parameters: [pathParameter('id')],
    }),
  ],
  triggers: [
    trigger('OrderPlaced', 'Order', {
      parameters: [{ name: 'X-Signature', in: 'header', required: true, type: 'string' }],
    }),
  ],
};

/** The shop's versions, oldest first. */
export const SHOP_VERSIONS: readonly SeedVersion[] = [
  {
    name: '1.0.0',
    description: 'Products and orders.',
    content: CONTENT,
    isPublished: true,
    isDefault: true,
    subscribers: ['Switchboard'],
  },
  { name: '1.1.0', description: 'Orders can be cancelled.', isPublished: true },
  { name: '2.0.0-rc.1+build 7', description: 'A look at what is to come.', content: CONTENT },
  { name: '1.2.0', description: 'Being worked on.', content: CONTENT },
];

/** The connection that a product uses. */
export const SHOP_PRODUCTION: ConnectionCreate = {
  name: 'Production',
  credentials: {
    action: [
      { authSchemeConfig: API_KEY, credential: { name: 'Shop key', type: 'string', data: { value: 'sandbox-key' } } },
    ],
  },
  variables: [{ name: 'region', value: 'us-east-1' }],
};

/** An unused connection. */
export const SHOP_STAGING: ConnectionCreate = {
  name: 'Staging',
  credentials: {
    action: [
      {
        authSchemeConfig: BASIC,
        credential: {
          name: 'Back office',
          type: 'basic-auth',
          data: { username: 'staging', password: 'sandbox-password' },
        },
      },
    ],
  },
  variables: [],
};
