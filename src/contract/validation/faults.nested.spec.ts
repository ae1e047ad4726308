import { describe, expect, it } from 'vitest';
import { Action, ActionCreate } from '../dto/action.dto.js';
import { AuthSchemeConfig } from '../dto/auth-scheme-config.dto.js';
import { ConnectionCreate } from '../dto/connection-change.dto.js';
import { HTTPConnectorCreate } from '../dto/connector-create.dto.js';
import { ConnectorUpdate } from '../dto/connector-update.dto.js';
import { CredentialCreate } from '../dto/credential.dto.js';
import type { Dto } from './metadata.js';
import { InitialiseOAuth2ConnectionRequest } from '../dto/oauth2.dto.js';
import { Trigger } from '../dto/trigger.dto.js';
import { told } from '../../../test/contract/fault-messages.js';

const SCHEMES = 'must be one of none, api-key, basic-auth, oauth2, hmac, certificate';
const GRANTS = 'must be one of authorization_code, client_credentials, password';
const NOT_HERE = 'is not known here; leave it out';

const none = { id: 'c', description: 'd', schemeType: 'none' };
const oauth2 = { ...none, schemeType: 'oauth2', authorizeUrl: 'a', tokenUrl: 't', scopes: [], defaultScopes: [] };
const connector = { name: 'n', baseUrl: 'b', authSchemeConfigs: [] };
const connectorOf = (protocol: string) => ({ id: 'i', organisationId: 'o', name: 'n', protocol });
const http = { type: 'http', name: 'Get', method: 'GET', parameters: [], responses: [] };
const action = { ...http, path: '/' };
const inPath = { name: 'n', in: 'path', required: true, type: 'string' };
const oauth2Request = { authorizeUrl: 'a', clientId: 'c' };

const credential = (type: string, data: unknown) => ({ name: 'n', type, data });
const connection = (authSchemeConfig: object, created: object) => ({
  name: 'n',
  credentials: { trigger: [{ authSchemeConfig, credential: created }] },
  variables: [],
});

describe('faultsOf, discriminators', () => {
  const FAULTS: [string, Dto, unknown, ...string[]][] = [
    ['nothing', AuthSchemeConfig, { id: 'c', description: 'd' }, `schemeType: is missing; it ${SCHEMES}`],
    [
      'an unknown word, and of nothing else',
      AuthSchemeConfig,
      { schemeType: 'magic', wand: 1 },
      `schemeType: ${SCHEMES}`,
    ],
    ['a word of JavaScript', AuthSchemeConfig, { ...none, schemeType: '__proto__' }, `schemeType: ${SCHEMES}`],
    ['no word at all', AuthSchemeConfig, { ...none, schemeType: ['none'] }, `schemeType: ${SCHEMES}`],
    [
      'a member of another variant',
      AuthSchemeConfig,
      { ...none, in: 'query' },
      `in: ${NOT_HERE} (known: schemeType, id, description, validationMessages)`,
    ],
    [
      'a protocol that no connector speaks',
      ConnectorUpdate,
      connectorOf('soap'),
      'protocol: must be one of http, bigquery',
    ],
    ['what a protocol demands', ConnectorUpdate, connectorOf('bigquery'), 'datasetId: is missing; it must be a string'],
    [
      'a variant in a list',
      HTTPConnectorCreate,
      { ...connector, authSchemeConfigs: [none, { ...none, schemeType: 'x' }] },
      `authSchemeConfigs[1].schemeType: ${SCHEMES}`,
    ],
    [
      'a variant in a variant',
      AuthSchemeConfig,
      { ...oauth2, grant: { grantType: 'implicit' } },
      `grant.grantType: ${GRANTS}`,
    ],
    ['a type of action', ActionCreate, { ...action, type: 'soap' }, 'type: must be http'],
  ];

  it.each(FAULTS)('reports %s', (_, dto, value, ...expected) => {
    expect(told(dto, value)).toEqual(expected);
  });
});

describe('faultsOf, nested values', () => {
  const FAULTS: [string, Dto, unknown, ...string[]][] = [
    [
      'an element that is no object',
      HTTPConnectorCreate,
      { ...connector, connectionVariables: [7] },
      'connectionVariables[0]: must be a JSON object',
    ],
    [
      'an element that is null',
      HTTPConnectorCreate,
      { ...connector, connectionVariables: [null] },
      'connectionVariables[0]: must be a JSON object',
    ],
    [
      'a list of lists',
      HTTPConnectorCreate,
      { ...connector, connectionVariables: [[]] },
      'connectionVariables[0]: must be a JSON object',
    ],
    [
      'an object instead of a list',
      HTTPConnectorCreate,
      { ...connector, connectionVariables: {} },
      'connectionVariables: must be an array',
    ],
    [
      'a text instead of an object',
      InitialiseOAuth2ConnectionRequest,
      { ...oauth2Request, credential: 'x' },
      'credential: must be a JSON object',
    ],
    [
      'a list instead of an object',
      InitialiseOAuth2ConnectionRequest,
      { ...oauth2Request, credential: [{}] },
      'credential: must be a JSON object',
    ],
    [
      'a status that is a text',
      ActionCreate,
      { ...action, responses: [{ status: '200', definitions: [] }] },
      'responses[0].status: must be an integer',
    ],
    [
      'a response without an id',
      Action,
      { ...action, id: 'i', responses: [{ definitions: [] }] },
      'responses[0].id: is missing; it must be a string',
    ],
    [
      'a reference in a list in a list',
      ActionCreate,
      { ...action, responses: [{ definitions: [{ definition: {} }] }] },
      'responses[0].definitions[0].definition.id: is missing; it must be given unless name is',
    ],
    [
      'a parameter in the path of a trigger',
      Trigger,
      { ...http, id: 'i', parameters: [inPath] },
      'parameters[0].in: must be one of cookie, header, query',
    ],
  ];

  it.each(FAULTS)('reports %s', (_, dto, value, ...expected) => {
    expect(told(dto, value)).toEqual(expected);
  });
});

describe('faultsOf, credential data', () => {
  it('depends on the sibling type', () => {
    expect(told(ConnectionCreate, connection(none, credential('string', { username: 'u' })))).toEqual([
      `credentials.trigger[0].credential.data.username: ${NOT_HERE} (known: value)`,
      'credentials.trigger[0].credential.data.value: is missing; it must be a string',
    ]);
  });

  it('rejects all data for a type without data', () => {
    expect(told(CredentialCreate, credential('none', { value: 'v' }))).toEqual([`data.value: ${NOT_HERE}`]);
  });

  it('accepts any object, and only objects, where the contract defines no shape', () => {
    for (const type of ['custom-function', 'jwt-bearer']) {
      expect(told(CredentialCreate, credential(type, { constructor: null, made: ['up'] }))).toEqual([]);
      expect(told(CredentialCreate, credential(type, 'x'))).toEqual(['data: must be a JSON object']);
    }
  });

  it('reports only the type when the type is unknown', () => {
    const faults = told(CredentialCreate, credential('toString', { value: 7 }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^type: must be one of none, string, /);
  });
});

describe('gaps in the contract', () => {
  it('accepts a new connector with or without connections, which have no shape', () => {
    expect(told(HTTPConnectorCreate, connector)).toEqual([]);
    expect(told(HTTPConnectorCreate, { ...connector, connections: [{ made: 'up' }] })).toEqual([]);
  });

  it('accepts a new response with or without an id', () => {
    expect(told(ActionCreate, { ...action, responses: [{ definitions: [] }] })).toEqual([]);
    expect(told(ActionCreate, { ...action, responses: [{ id: 'i', definitions: [] }] })).toEqual([]);
  });
});
