// The platform with two versions of 3,000 actions, 6 MB each, in pages of a hundred; each answer takes 5 ms.
import { setTimeout as sleep } from 'node:timers/promises';
import { PREFIX, serve } from './serve.mjs';

const ACTIONS = 3_000;
const DEFINITIONS = 40;
const ANSWER_MS = 5;
const ID = '01J9Z3SH8K0N2Q4T6W8Y0A1C3E';
const TIME = '2026-11-02T09:30:00Z';
const DRAFT = { isLatest: false, isDefault: false, createdAt: TIME, updatedAt: TIME, publishedAt: null };
const SENTENCE = 'Gets what the other system knows of it, with all that belongs to it. ';

const versions = new Map(['1.0.0', '2.0.0'].map((name) => [name, versionOf(name)]));

serve(async (req, res) => {
  const [path, query = ''] = req.url.slice(PREFIX.length).split('?');
  const [, , , resource, , ...rest] = path.split('/');
  const name = decodeURIComponent(resource === 'schemas' ? rest[0] : (rest[1] ?? ''));
  const body = bodyOf(resource, versions.get(name), rest.at(-1), rest.length, new URLSearchParams(query));
  await sleep(ANSWER_MS);
  res.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  res.end(body ?? '{"code":"not_found","message":"There is no such thing."}');
});

function bodyOf(resource, version, last, depth, query) {
  if (resource === 'schemas') return version?.schema;
  if (depth === 0) return connector();
  if (depth === 2) return version?.itself;
  const pages = version?.[last];
  return pages?.[Number(query.get('after') ?? 0)];
}

function versionOf(name) {
  const definitions = Array.from({ length: DEFINITIONS }, (_, i) => definitionOf(name, i));
  const actions = Array.from({ length: ACTIONS }, (_, i) => actionOf(name, i, definitions[i % DEFINITIONS]));
  return {
    itself: JSON.stringify({ id: ID, name, ...DRAFT }),
    actions: pagesOf('actions', actions),
    triggers: pagesOf('triggers', []),
    definitions: pagesOf('definitions', definitions),
    schema: JSON.stringify({ type: 'object', properties: { id: { type: name === '1.0.0' ? 'string' : 'integer' } } }),
  };
}

function pagesOf(list, entries) {
  const count = Math.max(1, Math.ceil(entries.length / 100));
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      [list]: entries.slice(i * 100, i * 100 + 100),
      totalCount: entries.length,
      ...(i + 1 < count && { next: String(i + 1) }),
    }),
  );
}

function definitionOf(version, i) {
  return {
    id: `01J9Z3SH8K0N2Q4T6W8Y0A${String(i).padStart(4, '0')}`,
    name: `Definition${i}`,
    accept: ['application/json'],
    url: `https://platform.example/api/schemas/v1/o/acme/shop/${version}/01J9Z3SH8K0N2Q4T6W8Y0A${String(i).padStart(4, '0')}.json`,
    referencedBy: [{ type: 'action', id: ID, name: 'GetIt' }],
  };
}

/** 2 KB each; one in twenty has an error, and one in thirty of the second version another type of a parameter. */
function actionOf(version, i, { referencedBy: _referencedBy, ...definition }) {
  const type = version === '2.0.0' && i % 30 === 0 ? 'integer' : 'string';
  return {
    id: `01J9Z3SH8K0N2Q4T6W8${String(i).padStart(7, '0')}`,
    type: 'http',
    name: `GetThing${i}`,
    summary: `Get thing ${i}`,
    description: SENTENCE.repeat(9),
    method: 'GET',
    path: `/things/${i}/{{ param.id }}`,
    parameters: ['id', 'expand', 'fields', 'region', 'X-Trace'].map((name, at) => ({
      name,
      in: at === 0 ? 'path' : 'query',
      required: at === 0,
      type: at === 3 ? type : 'string',
    })),
    requestBody: { required: true, definitions: [{ id: ID, definition }] },
    responses: [200, 404].map((status) => ({ id: ID, status, definitions: [{ id: ID, definition }] })),
    errors:
      i % 20 === 0 ? [{ field: '/path', message: 'uses a parameter that does not exist', severity: 'error' }] : [],
  };
}

function connector() {
  const times = { createdAt: TIME, updatedAt: TIME };
  const head = {
    id: ID,
    organisationId: ID,
    name: 'Shop',
    public: false,
    protocol: 'http',
    baseUrl: 'https://shop.example',
  };
  return JSON.stringify({ ...head, authSchemeConfigs: [], connections: [], versions: [], ...times });
}
