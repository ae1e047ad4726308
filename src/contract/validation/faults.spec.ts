import { describe, expect, it } from 'vitest';
import { ActionCreate } from '../dto/action.dto.js';
import { AuthSchemeConfig } from '../dto/auth-scheme-config.dto.js';
import { CATEGORIES, CategoriesUpdate } from '../dto/category.dto.js';
import { HTTPConnectorCreate } from '../dto/connector-create.dto.js';
import { ConnectorVersion, ConnectorVersionCreate } from '../dto/connector-version.dto.js';
import { ConnectorQuery } from '../dto/connector.dto.js';
import { DefinitionRef, DefinitionsCreate, DefinitionsDelete } from '../dto/definition.dto.js';
import { ForceQuery } from '../dto/force.dto.js';
import { HTTPConnectorVersionFromURLCreate } from '../dto/import.dto.js';
import { type Dto, validationsOf } from './metadata.js';
import { PageQuery } from '../dto/page.dto.js';
import { OrganisationPath } from '../dto/paths.dto.js';
import { TagsUpdate } from '../dto/tags.dto.js';
import { EXAMPLES } from '../../docs/examples.js';
import { told } from '../../../test/contract/fault-messages.js';

const SEGMENT = 'must be one path segment: 1 to 1024 characters, not "." or "..", no slashes, no control characters';
const RESERVED = 'must not be "latest" or "default": these names are reserved';
const IN_PATH = 'must be a string that works as a path segment: 1 to 255 characters, no slashes, no control characters';
const METHODS = 'GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, CONNECT, TRACE';

const version = { id: 'i', name: 'n', isLatest: false, isDefault: false, createdAt: 't', updatedAt: 't' };
const action = { type: 'http', name: 'Get', method: 'GET', path: '/', parameters: [], responses: [] };
const fromUrl = { schemaURL: 'https://a.example', format: 'openapi', version: '1' };
const schema = { contentType: 'text/xml', content: '<a/>' };

const FAULTS: [string, Dto, unknown, ...string[]][] = [
  ['a member that is missing', ConnectorVersionCreate, {}, `name: is missing; it ${IN_PATH}`],
  ['a member of another type', ConnectorVersionCreate, { name: '1', fromVersion: 7 }, 'fromVersion: must be a string'],
  ['a reserved name', ConnectorVersionCreate, { name: 'latest' }, `name: ${RESERVED}`],
  ['a name that is too long', ConnectorVersionCreate, { name: 'n'.repeat(256) }, `name: ${IN_PATH}`],
  ['a name that is no path segment', ConnectorVersionCreate, { name: 'a/b' }, `name: ${IN_PATH}`],
  [
    'a reserved name to import',
    HTTPConnectorVersionFromURLCreate,
    { ...fromUrl, version: 'default' },
    `version: ${RESERVED}`,
  ],
  ['a format of its own', HTTPConnectorVersionFromURLCreate, { ...fromUrl, format: 'raml' }, 'format: must be openapi'],
  ['what may be null but not missing', ConnectorVersion, version, 'publishedAt: is missing; it must be a string'],
  [
    'a flag as a text',
    ConnectorVersion,
    { ...version, publishedAt: null, isLatest: 'no' },
    'isLatest: must be true or false',
  ],
  [
    'several faults',
    HTTPConnectorCreate,
    { name: 1, baseUrl: '', authSchemeConfigs: {} },
    'name: must be a string',
    'authSchemeConfigs: must be an array',
  ],
  ['a body that is a list', TagsUpdate, [], ': must be a JSON object'],
  ['a body that is null', TagsUpdate, null, ': must be a JSON object'],
  ['tags that are a list', TagsUpdate, { tags: ['a'] }, 'tags: must be a JSON object'],
  [
    'an unheard-of word',
    CategoriesUpdate,
    { categories: ['CRM', 'crm'] },
    `categories: must be an array of ${CATEGORIES.join(', ')}`,
  ],
  [
    'an action name that is not to the pattern',
    ActionCreate,
    { ...action, name: 'Get it' },
    'name: must consist of letters, digits, _, - and $',
  ],
  [
    'an action name that is too long',
    ActionCreate,
    { ...action, name: 'n'.repeat(256) },
    'name: must have at most 255 characters',
  ],
  [
    'a definition name with a dollar sign',
    DefinitionsCreate,
    { definitions: [{ name: 'A$', accept: [], schema }] },
    'definitions[0].name: must consist of letters, digits, _ and -',
  ],
  ['a method in lower case', ActionCreate, { ...action, method: 'get' }, `method: must be one of ${METHODS}`],
  ['a reference without id and name', DefinitionRef, {}, 'id: is missing; it must be given unless name is'],
  ['nothing to delete', DefinitionsDelete, {}, 'all: is missing; it must be given unless ids or names is'],
  [
    'all definitions and some',
    DefinitionsDelete,
    { all: true, ids: [] },
    'all: must not be true together with ids or names',
  ],
  ['an id that is no text', DefinitionsDelete, { ids: ['i', 7] }, 'ids: must be an array of strings'],
  ['a path that climbs', OrganisationPath, { organisation_id: '..' }, `organisation_id: ${SEGMENT}`],
  ['a page of no size', PageQuery, { first: '0' }, 'first: must be an integer of at least 1'],
  ['a parameter given twice', PageQuery, { after: ['a', 'b'] }, 'after: must be a string'],
  ['an unknown parameter', ForceQuery, { forse: 'true' }, 'forse: is not known here; leave it out (known: force)'],
  [
    'an order without a direction',
    ConnectorQuery,
    { sort: 'name' },
    'sort: must be pairs of column and direction, such as name:asc,id:desc',
  ],
  [
    'a category that there is not',
    ConnectorQuery,
    { categories: ['CRM', 'x'] },
    `categories: must be one of ${CATEGORIES.join(', ')}`,
  ],
  ['a flag that is no flag', ForceQuery, { force: '1' }, 'force: must be true or false'],
];

describe('faultsOf', () => {
  it.each(FAULTS)('reports %s', (_, dto, value, ...expected) => {
    expect(told(dto, value)).toEqual(expected);
  });

  it('reports only the missing member', () => {
    for (const [dto, example] of EXAMPLES)
      for (const name of Object.keys(example)) {
        const { [name]: _left, ...rest } = example as Record<string, unknown>;
        const faulty = told(dto, rest).filter((fault) => !fault.startsWith(`${name}: is missing; it must `));
        expect(faulty).toEqual(
          dto === DefinitionsDelete ? ['all: is missing; it must be given unless ids or names is'] : [],
        );
      }
  });

  it('accepts unknown members only in open bodies, where a newer platform may know them', () => {
    const message = { text: 't', severity: 'info', deep: 2 };
    const value = { id: 'i', description: 'd', schemeType: 'none', madeUp: 1, validationMessages: [message] };
    expect(told(AuthSchemeConfig, value, 'open')).toEqual([]);
    expect(told(AuthSchemeConfig, value)).toEqual([
      'madeUp: is not known here; leave it out (known: schemeType, id, description, validationMessages)',
      'validationMessages[0].deep: is not known here; leave it out (known: text, severity, detail)',
    ]);
  });

  it.each([
    ['NAME', ConnectorVersionCreate, 'name'],
    ['naMe', ConnectorVersionCreate, 'name'],
    ['ſort', ConnectorQuery, 'sort'],
    ['iſLatest', ConnectorVersion, 'isLatest'],
    ['to\u212aenUrl', AuthSchemeConfig, 'tokenUrl'],
  ])(
    'rejects %s, which the platform would read as a name of the contract, in open and closed bodies',
    (variant, dto, name) => {
      const value = { schemeType: 'oauth2', [variant]: 'x' };
      for (const openness of ['open', 'closed'] as const)
        expect(told(dto, value, openness)).toContain(`${variant}: is not known here; write it as "${name}"`);
    },
  );

  it('treats names that are special in JavaScript as unknown', () => {
    const text = '{"tags":{},"__proto__":{"tags":1},"constructor":null,"toString":1,"hasOwnProperty":1}';
    expect(told(TagsUpdate, JSON.parse(text))).toEqual(
      ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map(
        (name) => `${name}: is not known here; leave it out (known: tags)`,
      ),
    );
    expect(told(TagsUpdate, JSON.parse(text), 'open')).toEqual([]);
  });

  it('never exposes messages of the library', () => {
    for (const [dto] of EXAMPLES)
      for (const junk of [{}, Object.fromEntries(Object.keys(validationsOf(dto)).map((name) => [name, [[null, 7]]]))])
        for (const fault of told(dto, junk))
          expect(fault).toMatch(/^[^:]+: (must|is missing; it must|is not known here;) /);
  });
});
