import type { ServerResponse } from 'node:http';
import type { Behaviour } from '../support/fake-platform.js';

type Json = Record<string, unknown>;

/** A version on the platform; its entries are returned unchanged. */
export interface StoredVersion {
  readonly version: Json;
  readonly actions?: readonly Json[];
  readonly triggers?: readonly Json[];
  readonly definitions?: readonly Json[];
  /** By file name. */
  readonly schemas?: Readonly<Record<string, unknown>>;
}

/** A connector on the platform, with versions by name, including `latest` and `default`. */
export interface StoredConnector {
  readonly connector?: Json;
  readonly versions: Readonly<Record<string, StoredVersion>>;
}

/** A requested page; `page` counts from 1. */
export interface PageRequest {
  readonly version: string;
  readonly list: 'actions' | 'triggers' | 'definitions';
  readonly page: number;
}

/** A deviation of the platform; undefined for the normal response. */
export type Misbehaviour = (
  request: PageRequest,
  res: ServerResponse,
  send: (body: unknown) => void,
) => true | undefined;

const PATH =
  /^\/api\/connect\/v1\/o\/([^/]+)\/(connectors|schemas)\/([^/?]+)(?:\/(?:versions\/)?([^/?]+)(?:\/([^/?]+))?)?(?:\?(.*))?$/;
const LISTS = ['actions', 'triggers', 'definitions'] as const;

/**
 * The read operations of the platform for versions: pages by cursor, at most a hundred entries each, and 404 for
 * unknown resources. It is strict: any query parameter except `first` and `after` is a 400.
 */
export function servePages(stored: StoredConnector, misbehave: Misbehaviour = () => undefined): Behaviour {
  return ({ method, target }, res) => {
    const [, , resource, , version = '', list, query = ''] = PATH.exec(target) ?? [];
    const found = stored.versions[decodeURIComponent(version)];
    const send = (body: unknown): void => json(res, 200, body);
    if (method !== 'GET' || resource === undefined) return json(res, 404, missing(target));
    if (resource === 'connectors' && version === '') return send(stored.connector ?? connectorOf());
    if (found === undefined) return json(res, 404, missing(target));
    if (resource === 'schemas') return sendSchema(res, found, decodeURIComponent(list ?? ''));
    if (list === undefined) return send(found.version);
    const name = LISTS.find((one) => one === list);
    if (name === undefined) return json(res, 404, missing(target));
    sendPage(res, found[name] ?? [], { version: decodeURIComponent(version), list: name }, query, misbehave);
  };
}

function sendPage(
  res: ServerResponse,
  entries: readonly Json[],
  at: Omit<PageRequest, 'page'>,
  query: string,
  misbehave: Misbehaviour,
): void {
  const { first = '20', after, ...rest } = Object.fromEntries(new URLSearchParams(query));
  const start = after === undefined ? 0 : Number(after);
  const size = Number(first);
  if (Object.keys(rest).length > 0 || !(size >= 1 && size <= 100) || !Number.isInteger(start))
    return json(res, 400, { code: 'invalid_request', message: `not a page: ${query}` });
  const page = Math.floor(start / size) + 1;
  if (misbehave({ ...at, page }, res, (body) => json(res, 200, body)) === true) return;
  json(res, 200, pageOf(at.list, entries, start, size));
}

/** A page as defined by the contract. */
export function pageOf(list: string, entries: readonly Json[], start: number, size = 100): Json {
  const end = start + size;
  return {
    [list]: entries.slice(start, end),
    totalCount: entries.length,
    ...(end < entries.length && { next: String(end) }),
    ...(start > 0 && { prev: String(start) }),
  };
}

function sendSchema(res: ServerResponse, { schemas = {} }: StoredVersion, file: string): void {
  if (!Object.hasOwn(schemas, file)) return json(res, 404, missing(file));
  res.writeHead(200, { 'content-type': 'application/schema+json' }).end(JSON.stringify(schemas[file]));
}

function json(res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

function missing(what: string): Json {
  return { code: 'not_found', message: `There is no ${what}.`, fields: [], details: '' };
}

const TIME = '2026-11-02T09:30:00Z';
const ID = '01J9Z3SH8K0N2Q4T6W8Y0A1C3E';

/** A version by itself. */
export function versionOf(name: string, changes: Json = {}): Json {
  const flags = { isLatest: false, isDefault: false };
  return { id: `01VERSION${name}`, name, ...flags, createdAt: TIME, updatedAt: TIME, publishedAt: null, ...changes };
}

/** A connector by itself. */
export function connectorOf(changes: Json = {}): Json {
  return {
    id: ID,
    organisationId: ID,
    name: 'Shop',
    public: false,
    protocol: 'http',
    baseUrl: 'https://shop.example',
    authSchemeConfigs: [],
    connections: [],
    versions: [],
    createdAt: TIME,
    updatedAt: TIME,
    ...changes,
  };
}

/** An action that was validated and has no errors. */
export function actionOf(name: string, changes: Json = {}): Json {
  return {
    id: `01ACTION${name}`,
    type: 'http',
    name,
    method: 'GET',
    path: `/${name}`,
    parameters: [],
    responses: [{ id: ID, status: 200, definitions: [] }],
    errors: [],
    ...changes,
  };
}

/** A trigger that was validated and has no errors. */
export function triggerOf(name: string, changes: Json = {}): Json {
  const { path: _path, ...rest } = actionOf(name, { method: 'POST', ...changes });
  return { ...rest, id: `01TRIGGER${name}` };
}

/** A definition for an action to refer to. */
export function definitionOf(name: string, version = '1.0.0', changes: Json = {}): Json {
  return {
    id: `01DEFINITION${name}`,
    name,
    accept: ['application/json'],
    url: `https://platform.example/api/schemas/v1/o/acme/shop/${version}/01DEFINITION${name}.json`,
    referencedBy: [{ type: 'action', id: ID, name: 'GetIt' }],
    ...changes,
  };
}

/** A link to a definition, as used in bodies. */
export function linkTo(name: string, version?: string): Json {
  const { referencedBy: _referencedBy, ...definition } = definitionOf(name, version);
  return { id: ID, definition };
}
