import { Action, ActionCreate } from '../contract/dto/action.dto.js';
import { AuthSchemeConfig } from '../contract/dto/auth-scheme-config.dto.js';
import { CategoriesUpdate } from '../contract/dto/category.dto.js';
import { ConnectionCreate, ConnectionUpdate } from '../contract/dto/connection-change.dto.js';
import { BigQueryConnectorCreate, HTTPConnectorCreate } from '../contract/dto/connector-create.dto.js';
import { ConnectorUpdate } from '../contract/dto/connector-update.dto.js';
import { ConnectorVersion, ConnectorVersionCreate } from '../contract/dto/connector-version.dto.js';
import { DefinitionsCreate, DefinitionsDelete, DefinitionUpdate } from '../contract/dto/definition.dto.js';
import { HTTPConnectorFromURLCreate, HTTPConnectorVersionFromURLCreate } from '../contract/dto/import.dto.js';
import type { Dto } from '../contract/validation/metadata.js';
import { InitialiseOAuth2ConnectionRequest } from '../contract/dto/oauth2.dto.js';
import { TagsUpdate } from '../contract/dto/tags.dto.js';
import { Trigger, TriggerCreate } from '../contract/dto/trigger.dto.js';

const ORGANISATION = '01J9Z3KQ4W8T6V5R2X7N0M1B3C';
const CONNECTOR = '01J9Z3M2A7D9F4G6H8J0K1N3P5';
const CONNECTION = '01J9Z3N5C0E2R4T6V8W1X3Y5Z7';
const CREDENTIAL = '01J9Z3P8F1G3H5J7K9M0N2Q4R6';
const CONFIG = '01J9Z3QB2D4F6H8K0N1P3R5T7V';
const DEFINITION = '01J9Z3RE5G7J9M1P3S5V7X9Z0B';
const ITEM = '01J9Z3SH8K0N2Q4T6W8Y0A1C3E';
const TIME = '2026-11-02T09:30:00Z';

const apiKey = { id: CONFIG, description: 'Key of the shop', schemeType: 'api-key', name: 'X-Api-Key', in: 'header' };
const variables = [{ name: 'region', value: 'eu-west-1' }];
const tags = { category: ['e-commerce'], team: ['orders'] };
const schema = { contentType: 'application/schema+json', content: '{"type":"object"}' };

const connection: object = {
  name: 'Production',
  credentials: {
    action: [{ authSchemeConfig: apiKey, credential: { name: 'Shop key', type: 'string', data: { value: 'k-123' } } }],
  },
  variables,
};

const product = {
  id: DEFINITION,
  name: 'Product',
  accept: ['application/json'],
  url: `https://platform.example/api/schemas/v1/o/${ORGANISATION}/${CONNECTOR}/1.2.0/${DEFINITION}.json`,
};

const productById = { name: 'id', in: 'path', required: true, type: 'string' };
const signature = { name: 'X-Signature', in: 'header', required: true, type: 'string' };

/** An example body for each class that a handler takes as one. The document shows them; a test holds that they are valid. */
export const EXAMPLES: ReadonlyMap<Dto, object> = new Map<Dto, object>([
  [HTTPConnectorCreate, { name: 'Shop', baseUrl: 'https://shop.example/api', authSchemeConfigs: [apiKey], tags }],
  [BigQueryConnectorCreate, { name: 'Warehouse', datasetId: 'acme-prod.orders', connections: [connection] }],
  [
    ConnectorUpdate,
    {
      id: CONNECTOR,
      organisationId: ORGANISATION,
      name: 'Shop',
      protocol: 'http',
      baseUrl: 'https://shop.example/api/v2',
      documentationURL: 'https://shop.example/docs',
      connectionVariables: variables,
    },
  ],
  [TagsUpdate, { tags }],
  [CategoriesUpdate, { categories: ['CRM', 'Development & IT'] }],
  [AuthSchemeConfig, apiKey],
  [ConnectorVersionCreate, { name: '1.3.0', fromVersion: '1.1.0' }],
  [
    ConnectorVersion,
    {
      id: ITEM,
      name: '1.2.0',
      description: 'Products have prices.',
      isLatest: false,
      isDefault: false,
      createdAt: TIME,
      updatedAt: TIME,
      publishedAt: null,
    },
  ],
  [
    ActionCreate,
    {
      type: 'http',
      name: 'GetProduct',
      summary: 'Get a product',
      method: 'GET',
      path: '/products/{{ param.id }}',
      parameters: [productById],
      responses: [{ status: 200, definitions: [{ definition: { name: 'Product' } }] }],
    },
  ],
  [
    Action,
    {
      id: ITEM,
      type: 'http',
      name: 'GetProduct',
      method: 'GET',
      path: '/products/{{ param.id }}',
      parameters: [productById],
      responses: [{ id: ITEM, status: 200, definitions: [{ id: ITEM, definition: product }] }],
    },
  ],
  [
    TriggerCreate,
    {
      type: 'http',
      name: 'ProductChanged',
      summary: 'A product has changed',
      method: 'POST',
      parameters: [signature],
      requestBody: { required: true, definitions: [{ definition: { id: DEFINITION } }] },
      responses: [{ status: 204, definitions: [] }],
    },
  ],
  [
    Trigger,
    {
      id: ITEM,
      type: 'http',
      name: 'ProductChanged',
      method: 'POST',
      parameters: [signature],
      requestBody: { required: true, definitions: [{ id: ITEM, definition: product }] },
      responses: [{ id: ITEM, status: 204, definitions: [] }],
    },
  ],
  [DefinitionsCreate, { definitions: [{ name: 'Product', accept: ['application/json'], schema }] }],
  [DefinitionUpdate, { id: DEFINITION, name: 'Product', accept: ['application/json'], schema }],
  [DefinitionsDelete, { names: ['Product', 'Price'] }],
  [ConnectionCreate, connection],
  [ConnectionUpdate, { id: CONNECTION, name: 'Production', variables }],
  [
    InitialiseOAuth2ConnectionRequest,
    {
      credential: { id: CREDENTIAL, organisationId: ORGANISATION },
      authorizeUrl: 'https://shop.example/oauth2/authorize',
      clientId: 'connect',
      scopes: ['products:read'],
      prompt: 'consent',
    },
  ],
  [HTTPConnectorFromURLCreate, { schemaURL: 'https://shop.example/openapi.json', filetype: 'json', format: 'openapi' }],
  [
    HTTPConnectorVersionFromURLCreate,
    { schemaURL: 'https://shop.example/openapi.json', format: 'openapi', version: '1.3.0' },
  ],
]);
