import { Action, ActionCreate } from '../../src/contract/dto/action.dto.js';
import { AuthSchemeConfig } from '../../src/contract/dto/auth-scheme-config.dto.js';
import { CategoriesUpdate } from '../../src/contract/dto/category.dto.js';
import { ConnectionCreate, ConnectionUpdate } from '../../src/contract/dto/connection-change.dto.js';
import { BigQueryConnectorCreate, HTTPConnectorCreate } from '../../src/contract/dto/connector-create.dto.js';
import { ConnectorUpdate } from '../../src/contract/dto/connector-update.dto.js';
import { ConnectorVersion, ConnectorVersionCreate } from '../../src/contract/dto/connector-version.dto.js';
import { ConnectorQuery } from '../../src/contract/dto/connector.dto.js';
import { CredentialCreate } from '../../src/contract/dto/credential.dto.js';
import { DefinitionRef, DefinitionsDelete, DefinitionUpdate } from '../../src/contract/dto/definition.dto.js';
import { ForceQuery } from '../../src/contract/dto/force.dto.js';
import {
  ImportHTTPConnectorMetadata,
  ImportHTTPConnectorVersionMetadata,
  UploadQuery,
} from '../../src/contract/dto/import.dto.js';
import type { Dto } from '../../src/contract/validation/metadata.js';
import { NamedPageQuery, PageQuery } from '../../src/contract/dto/page.dto.js';
import {
  ActionPath,
  AuthSchemeConfigPath,
  ConnectionPath,
  ConnectorConnectionPath,
  ConnectorPath,
  DefinitionPath,
  OrganisationPath,
  ProtocolPath,
  RawSchemaPath,
  TriggerPath,
  VersionPath,
} from '../../src/contract/dto/paths.dto.js';
import { TagsUpdate } from '../../src/contract/dto/tags.dto.js';
import { Trigger, TriggerCreate } from '../../src/contract/dto/trigger.dto.js';
import { EXAMPLES } from '../../src/docs/examples.js';

const config = { id: 'c1', description: 'the key' };
const none = { ...config, schemeType: 'none' };
const oauth2 = {
  ...config,
  schemeType: 'oauth2',
  authorizeUrl: 'https://a.example',
  tokenUrl: 'https://t.example',
  scopes: [{ name: 'read', description: 'reads' }],
  defaultScopes: ['read'],
  mtlsEnabled: true,
};
const hmac = {
  ...config,
  schemeType: 'hmac',
  name: 'X-Sig',
  in: 'header',
  algorithm: 'sha256',
  digestInputs: ['url', 'body'],
};

const credential = (type: string, data: object) => ({ name: 'key', type, data });
const oauth2Client = { clientId: 'i', clientSecret: 's', authorizeUrl: '', tokenUrl: 'https://t.example' };

const message = { text: 'look', severity: 'info', detail: ['here'] };
const fault = { field: '/path', message: 'is wrong', severity: 'warning' };
const version = { id: 'v', name: '1', isLatest: false, isDefault: true, createdAt: 'now', updatedAt: 'now' };
const definition = {
  id: 'd',
  name: 'Product',
  accept: ['text/xml'],
  url: 'https://d.example',
  description: 'd',
  referencedBy: [{ type: 'action', id: 'a', name: 'Get-It_1' }],
};
const parameter = { name: 'q', in: 'query', required: false, type: 'integer' };
const httpCreate = { type: 'http', name: 'Get$', method: 'GET', parameters: [], responses: [] };
const http = { ...httpCreate, id: 'a', errors: [fault], summary: 's', description: 'd' };
const bigquery = { id: 'c', organisationId: 'o', name: 'n', protocol: 'bigquery', datasetId: 'p.d' };

/** Valid bodies beyond the examples of the document: every variant, omitted optional members, gaps in the contract. */
const MORE: [Dto, object][] = [
  [HTTPConnectorCreate, { name: '', baseUrl: '', authSchemeConfigs: [] }],
  [
    HTTPConnectorCreate,
    { name: 'n', baseUrl: 'b', authSchemeConfigs: [none, oauthOf('password')], connections: [], public: true },
  ],
  [BigQueryConnectorCreate, { name: 'n', connections: [] }],
  [ConnectorUpdate, { ...bigquery, tags: { a: ['b'] }, authSchemeConfigIds: ['x'], public: false }],
  [TagsUpdate, {}],
  [CategoriesUpdate, { categories: [] }],
  [AuthSchemeConfig, none],
  [AuthSchemeConfig, { ...config, schemeType: 'basic-auth', validationMessages: [message] }],
  [AuthSchemeConfig, { ...config, schemeType: 'certificate' }],
  [AuthSchemeConfig, hmac],
  [AuthSchemeConfig, oauthOf('authorization_code')],
  [AuthSchemeConfig, oauthOf('client_credentials')],
  [AuthSchemeConfig, oauthOf('password')],
  [ConnectorVersionCreate, { name: '1.0.0-rc.1+build 7' }],
  [ConnectorVersionCreate, { name: 'Größe 50%', fromVersion: '1.0' }],
  [ConnectorVersion, { ...version, publishedAt: 'now', messages: [message] }],
  [ConnectorVersion, { ...version, publishedAt: null, description: 'd' }],
  [CredentialCreate, credential('none', {})],
  [CredentialCreate, credential('string', { value: '' })],
  [CredentialCreate, credential('binary', { valueBase64: 'AA==' })],
  [CredentialCreate, credential('basic-auth', { username: 'u', password: 'p' })],
  [
    CredentialCreate,
    credential('oauth2-client', { ...oauth2Client, scopes: [], mTLSEnabled: false, mTLSCredentialId: 'x' }),
  ],
  [CredentialCreate, credential('oauth2-code', { code: 'c', state: 's' })],
  [CredentialCreate, credential('oauth2-password', { username: 'u', password: 'p' })],
  [CredentialCreate, credential('oauth2-token', { scopes: ['s'], accessToken: 'a', refreshToken: 'r' })],
  [CredentialCreate, credential('certificate', { certificate: 'c', key: 'k', ca: 'a' })],
  [CredentialCreate, credential('custom-function', { anything: [1, { at: 'all' }] })],
  [CredentialCreate, credential('jwt-bearer', { constructor: null })],
  [ConnectionCreate, { name: 'n', credentials: {}, variables: [] }],
  [
    ConnectionCreate,
    {
      name: 'n',
      credentials: { action: [], trigger: [{ authSchemeConfig: none, credential: credential('none', {}) }] },
      variables: [],
    },
  ],
  [ConnectionUpdate, { id: 'i', name: 'n' }],
  [
    ConnectionUpdate,
    { id: 'i', name: 'n', credentials: { action: [{ id: 'i', authSchemeConfig: hmac }] }, variables: [] },
  ],
  [ActionCreate, { ...httpCreate, path: '/', parameters: [{ ...parameter, default: 7, completion: {} }] }],
  [ActionCreate, { ...httpCreate, path: '/', responses: [{ id: 'forgotten', definitions: [] }] }],
  [
    ActionCreate,
    {
      ...httpCreate,
      path: '/',
      requestBody: { required: false, definitions: [{ definition: { id: 'i', name: 'n' } }] },
    },
  ],
  [Action, { ...http, path: '/', parameters: [parameter] }],
  [Action, { ...http, path: '/', requestBody: { required: true, definitions: [{ id: 'l', definition }] } }],
  [
    TriggerCreate,
    { ...httpCreate, parameters: [{ ...parameter, default: null }], responses: [{ id: 5, definitions: [] }] },
  ],
  [Trigger, { ...http, responses: [{ id: 'r', status: 418, definitions: [{ id: 'l', definition }] }] }],
  [DefinitionRef, { id: 'i' }],
  [DefinitionRef, { name: 'n' }],
  [DefinitionUpdate, { id: 'i', name: 'n', accept: [], description: 'd' }],
  [DefinitionsDelete, { all: true }],
  [DefinitionsDelete, { all: false, ids: ['i'], names: ['n'] }],
  [DefinitionsDelete, { all: false }],
  [ImportHTTPConnectorMetadata, { format: 'openapi' }],
  [ImportHTTPConnectorVersionMetadata, { format: 'openapi', version: '2' }],
];

const path = { organisation_id: 'o', connector_id: 'c' };
const versionPath = { ...path, version: '1.0.0-rc.1+build 7' };

/** Path parameters and queries, as the server decodes them. */
const URLS: [Dto, object][] = [
  [OrganisationPath, { organisation_id: 'Größe & Söhne' }],
  [ConnectorPath, path],
  [VersionPath, versionPath],
  [AuthSchemeConfigPath, { ...path, auth_scheme_config_id: 'a' }],
  [ConnectorConnectionPath, { ...path, connection_id: 'a' }],
  [ConnectionPath, { organisation_id: 'o', connection_id: 'a' }],
  [ActionPath, { ...versionPath, action_name: 'Get$' }],
  [TriggerPath, { ...versionPath, trigger_name: 'On$' }],
  [DefinitionPath, { ...versionPath, definition_name: 'D' }],
  [RawSchemaPath, { ...versionPath, schema_filename: 'd.json' }],
  [ProtocolPath, { organisation_id: 'o', protocol_slug: 'http' }],
  [PageQuery, {}],
  [PageQuery, { first: '20', after: 'a', before: 'b' }],
  [NamedPageQuery, { name: 'x' }],
  [
    ConnectorQuery,
    { sort: 'name:asc,id:desc', tags: 'a:b,c', categories: ['CRM', 'Development & IT'], protocol: 'http' },
  ],
  [ConnectorQuery, { categories: 'AI/LLMs' }],
  [ForceQuery, { force: 'true' }],
  [UploadQuery, { content_type: 'application/json', content_length: '7' }],
];

/** Valid values for every request class. */
export const VALID: readonly (readonly [Dto, object])[] = [...EXAMPLES, ...MORE, ...URLS];

function oauthOf(grantType: string): object {
  return { ...oauth2, grant: { grantType } };
}
