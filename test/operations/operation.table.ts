import { Action, ActionCreate } from '../../src/contract/dto/action.dto.js';
import { AuthSchemeConfig } from '../../src/contract/dto/auth-scheme-config.dto.js';
import { CategoriesUpdate } from '../../src/contract/dto/category.dto.js';
import { ConnectionCreate, ConnectionUpdate } from '../../src/contract/dto/connection-change.dto.js';
import { BigQueryConnectorCreate, HTTPConnectorCreate } from '../../src/contract/dto/connector-create.dto.js';
import { ConnectorUpdate } from '../../src/contract/dto/connector-update.dto.js';
import { ConnectorVersion } from '../../src/contract/dto/connector-version.dto.js';
import { DefinitionsCreate, DefinitionUpdate } from '../../src/contract/dto/definition.dto.js';
import type { Dto } from '../../src/contract/validation/metadata.js';
import { InitialiseOAuth2ConnectionRequest } from '../../src/contract/dto/oauth2.dto.js';
import { Trigger, TriggerCreate } from '../../src/contract/dto/trigger.dto.js';
import { EXAMPLES } from '../../src/docs/examples.js';
import { operation, type Refusal } from './operation.js';

// Names that are easily mangled in transit: "Größe & Söhne", "1.0.0-rc.1+build 7", "50%".
const ORG = '/o/Gr%C3%B6%C3%9Fe%20%26%20S%C3%B6hne';
const SHOP = `${ORG}/connectors/01J9Z3M2A7D9F4G6H8J0K1N3P5`;
const DRAFT = `${SHOP}/versions/1.0.0-rc.1%2Bbuild%207`;
const CONNECTION = `${SHOP}/connections/50%25`;
const KEY = `${SHOP}/auth-scheme-configs/01J9Z3QB2D4F6H8K0N1P3R5T7V`;
const PAGE = 'first=5&after=b2Zm%2Fc2V0%3D%3D';
const FOUND = `${PAGE}&name=%C3%B6%2B&sort=name%3Aasc%2Cid%3Adesc&tags=team%3Aa%26b&categories=CRM&categories=Development%20%26%20IT&protocol=http`;

const FORCE: Refusal = ['force=yes', 'force'];
const FIRST: Refusal = ['first=0', 'first'];
const PAGED = { refusals: [FIRST, ['last=5', 'last']] satisfies Refusal[] };
const SEARCHED = { refusals: [FIRST, ['categories=Astrology', 'categories']] satisfies Refusal[] };
const FORCED = { refusals: [FORCE] };

/** The example of a class, and variants with changed members. */
function sent(dto: Dto, ...changes: [changes: object, field: string][]) {
  const body = EXAMPLES.get(dto);
  if (body === undefined) throw new Error(`there is no example of ${dto.name}`);
  return { body, refusals: changes.map(([change, field]): Refusal => [{ ...body, ...change }, field]) };
}

/** Every operation of the platform. */
export const OPERATIONS = [
  operation('ListCategories', 'GET /categories 200'),
  operation('ListPublicConnectors', `GET /connectors?${FOUND} 200`, SEARCHED),
  operation('ListConnectors', `GET ${ORG}/connectors?${FOUND} 200`, SEARCHED),
  operation(
    'CreateHTTPConnector',
    `POST ${ORG}/protocols/http/connectors 201`,
    sent(
      HTTPConnectorCreate,
      [{ baseUrl: 7 }, 'baseUrl'],
      [{ authSchemeConfigs: [{}] }, 'authSchemeConfigs[0].schemeType'],
    ),
  ),
  operation(
    'CreateBigQueryConnector',
    `POST ${ORG}/protocols/bigquery/connectors 201`,
    sent(BigQueryConnectorCreate, [{ datasetId: 7 }, 'datasetId'], [{ connections: {} }, 'connections']),
  ),
  operation('GetConnector', `GET ${SHOP} 200`),
  operation('UpdateConnector', `PUT ${SHOP} 200`, sent(ConnectorUpdate, [{ protocol: 'soap' }, 'protocol'])),
  operation('DeleteConnector', `DELETE ${SHOP}?force=true 204`, FORCED),
  operation('UpdateConnectorTags', `PUT ${SHOP}/tags 204`, {
    body: { tags: { größe: ['a:b', ''] } },
    refusals: [[{ tags: ['a'] }, 'tags']],
  }),
  operation(
    'UpdateConnectorCategories',
    `PUT ${SHOP}/categories 204`,
    sent(CategoriesUpdate, [{ categories: ['CRM', 'Astrology'] }, 'categories']),
  ),
  operation('UpsertAuthSchemeConfig', `PUT ${KEY} 200`, sent(AuthSchemeConfig, [{ in: 'body' }, 'in'])),
  operation('DeleteAuthSchemeConfig', `DELETE ${KEY} 200`),

  operation('ListConnectorVersions', `GET ${SHOP}/versions?${PAGE} 200`, PAGED),
  operation('CreateConnectorVersion', `POST ${SHOP}/versions 201`, {
    body: { name: '1.0.0-rc.1+build 7', fromVersion: 'Größe 50%' },
    refusals: [
      [{ name: 'latest' }, 'name'],
      [{ name: '1', fromVersoin: '0' }, 'fromVersoin'],
    ],
  }),
  operation('GetConnectorVersion', `GET ${DRAFT} 200`),
  operation('UpdateConnectorVersion', `PUT ${DRAFT} 200`, sent(ConnectorVersion, [{ isLatest: 'no' }, 'isLatest'])),
  operation('DeleteConnectorVersion', `DELETE ${DRAFT}?force=false 204`, FORCED),
  operation('PublishConnector', `POST ${DRAFT}/publish 200`),
  operation('UnpublishConnector', `POST ${DRAFT}/unpublish 200`),
  operation('ImportPublicConnectorVersion', `POST ${DRAFT}/library/import 200`),

  operation('GetActions', `GET ${DRAFT}/actions?${PAGE}&name=%F0%9F%9B%92 200`, PAGED),
  operation('CreateAction', `POST ${DRAFT}/actions 201`, sent(ActionCreate, [{ method: 'FETCH' }, 'method'])),
  operation('GetAction', `GET ${DRAFT}/actions/Get%24 200`),
  operation('UpdateAction', `PUT ${DRAFT}/actions/Get%24 200`, sent(Action, [{ responses: null }, 'responses'])),
  operation('DeleteAction', `DELETE ${DRAFT}/actions/Get%24 204`),

  operation('GetTriggers', `GET ${DRAFT}/triggers?name=a%20b 200`, PAGED),
  operation('CreateTrigger', `POST ${DRAFT}/triggers 201`, sent(TriggerCreate, [{ name: 'not a name' }, 'name'])),
  operation('GetTrigger', `GET ${DRAFT}/triggers/On_1 200`),
  operation('UpdateTrigger', `PUT ${DRAFT}/triggers/On_1 200`, sent(Trigger, [{ type: 'graphql' }, 'type'])),
  operation('DeleteTrigger', `DELETE ${DRAFT}/triggers/On_1 204`),

  operation('GetDefinitions', `GET ${DRAFT}/definitions?before=x 200`, PAGED),
  operation(
    'CreateDefinitions',
    `POST ${DRAFT}/definitions 201`,
    sent(DefinitionsCreate, [{ definitions: [{ name: 'P', accept: [] }] }, 'definitions[0].schema']),
  ),
  operation('DeleteDefinitions', `DELETE ${DRAFT}/definitions?force=true 204`, {
    body: { ids: ['01J9Z3RE5G7J9M1P3S5V7X9Z0B'], names: ['Product'] },
    refusals: [FORCE, [{ all: true, ids: ['a'] }, 'all'], [{ names: 'Product' }, 'names']],
  }),
  operation('GetDefinition', `GET ${DRAFT}/definitions/Product 200`),
  operation(
    'UpdateDefinition',
    `PUT ${DRAFT}/definitions/Product 200`,
    sent(DefinitionUpdate, [{ schema: { contentType: 'application/json' } }, 'schema.content']),
  ),
  operation('DeleteDefinition', `DELETE ${DRAFT}/definitions/Product?force=true 204`, FORCED),
  operation('GetRawSchema', `GET ${ORG}/schemas/c1/1.0.0-rc.1%2Bbuild%207/01J9.json 200`, {
    type: 'application/schema+json',
    otherTypes: ['text/xml', 'application/xml', 'application/schema+yaml'],
  }),

  operation('ListConnectorConnections', `GET ${SHOP}/connections?${PAGE} 200`, PAGED),
  operation(
    'CreateConnectorConnection',
    `POST ${SHOP}/connections 200`,
    sent(ConnectionCreate, [{ variables: [{ name: 'a' }] }, 'variables[0].value']),
  ),
  operation('GetConnection', `GET ${CONNECTION} 200`),
  operation('UpdateConnection', `PUT ${CONNECTION} 200`, sent(ConnectionUpdate, [{ name: null }, 'name'])),
  operation('DeleteConnection', `DELETE ${CONNECTION}?force=true 204`, FORCED),
  operation(
    'InitialiseOAuth2Connection',
    `POST ${SHOP}/oauth2/initialise 200`,
    sent(InitialiseOAuth2ConnectionRequest, [{ credential: 'a' }, 'credential'], [{ scopes: [1] }, 'scopes']),
  ),
  operation('CreateConnectionVersion', `POST ${ORG}/connections/50%25/versions 201`, {
    body: { name: '2' },
    refusals: [
      [{ name: 'default' }, 'name'],
      [{ name: 'a/b' }, 'name'],
    ],
  }),

  operation('ListProtocols', `GET ${ORG}/protocols?first=1 200`, PAGED),
  operation('ListAuthSchemes', `GET ${ORG}/protocols/http/auth-schemes 200`),
  operation('GetProtocolUploadURL', `GET ${ORG}/protocols/http/upload-url?content_type=a%2Fb&content_length=7 200`, {
    refusals: [
      ['content_length=7&content_length=8', 'content_length'],
      ['filename=a', 'filename'],
    ],
  }),
  operation('ImportHTTPConnector', `POST ${ORG}/protocols/http/import 201`, {
    body: { schemaURL: 'https://shop.example/a.json', format: 'openapi' },
    refusals: [[{ schemaURL: 'https://shop.example/a.json', format: 'raml' }, 'format']],
  }),
  operation('ImportHTTPConnectorVersion', `POST ${ORG}/connector/c1/http/import 201`, {
    body: { schemaURL: 'https://shop.example/a.json', filetype: 'yaml', format: 'openapi', version: '2' },
    refusals: [[{ schemaURL: 'https://shop.example/a.json', format: 'openapi' }, 'version']],
  }),
];
