import type { OpenAPIObject } from '@nestjs/swagger';
import { type ProblemKind, PROBLEMS, type ProblemScope } from '../http/problem.catalogue.js';
import { PLATFORM_PROBLEMS } from '../platform/platform.catalogue.js';
import { type Operation, operationsOf } from './operations.js';
import { schemaName } from './problems.pass.js';

/** One code in the reference of errors. */
export interface ErrorEntry extends ProblemKind {
  readonly code: string;
  /** Which requests can end in it: a phrase, or the names of operations. */
  readonly where: string;
}

/** A part of the reference. */
export interface ErrorGroup {
  readonly title: string;
  readonly entries: readonly ErrorEntry[];
}

const WHERE: Readonly<Record<ProblemScope, string>> = {
  connection: 'before the request is understood',
  routing: 'paths and methods that no operation has',
  request: 'every operation',
  origin: 'operations that pages call',
  session: 'operations for signed-in callers',
  path: 'operations with path parameters',
  query: 'operations with a query',
  json: 'operations with a JSON body',
  form: 'uploads',
  key: 'operations with an `Idempotency-Key`',
  'keyed-body': 'operations with an `Idempotency-Key` and a body',
  platform: 'operations of the platform',
  operation: '',
  event: 'the last event of `WatchImport`',
  health: 'the health paths',
  proxy: 'the reverse proxy of `docker-compose.yml`',
  log: 'logs only',
};

/** In this order, each code in the first group that has one of its scopes. */
const GROUPS: readonly [title: string, scopes: readonly ProblemScope[]][] = [
  ['Signing in', ['session', 'origin']],
  ['The request', ['connection', 'routing', 'request', 'path', 'query', 'json', 'form']],
  ['Idempotency-Key', ['key', 'keyed-body']],
  ['Calls to the platform', ['platform']],
  ['Single operations', ['operation', 'event']],
  ['Operators', ['health', 'proxy', 'log']],
];

/** Every code that can be met, from the catalogues and the API document. */
export function errorReference(document: OpenAPIObject): ErrorGroup[] {
  const operations = operationsByCode(document);
  const entries = Object.entries(PROBLEMS).map(([code, kind]) => entryOf(code, kind, operations));
  const groups = GROUPS.map(([title], at) => ({
    title,
    entries: entries.filter((entry) => groupOf(entry) === at),
  }));
  const known = Object.entries(PLATFORM_PROBLEMS).map(([code, kind]) => entryOf(code, kind, operations));
  return [...groups, { title: 'Codes of the platform', entries: known }];
}

function groupOf({ on }: ErrorEntry): number {
  return GROUPS.findIndex(([, scopes]) => on.some((scope) => scopes.includes(scope)));
}

function entryOf(code: string, kind: ProblemKind, byCode: ReadonlyMap<string, readonly Operation[]>): ErrorEntry {
  const phrases = kind.on.filter((scope) => scope !== 'operation').map((scope) => WHERE[scope]);
  const operations = kind.on.includes('operation') ? (byCode.get(schemaName(code)) ?? []) : [];
  // The phrases cover operations for signed-in callers, but not the public ones.
  const named = operations.filter((operation) => phrases.length === 0 || operation.security !== undefined);
  return { ...kind, code, where: [...phrases, ...named.map(({ operationId }) => `\`${operationId}\``)].join(', ') };
}

/** The operations that can answer with each code, by the name of its schema. */
function operationsByCode(document: OpenAPIObject): Map<string, Operation[]> {
  const shared = document.components?.responses ?? {};
  const found = new Map<string, Operation[]>();
  for (const operation of operationsOf(document)) {
    const text = Object.values(operation.responses)
      .map((answer) =>
        JSON.stringify(answer && '$ref' in answer ? shared[answer.$ref.split('/').at(-1) ?? ''] : answer),
      )
      .join('');
    for (const [, name = ''] of text.matchAll(/#\/components\/schemas\/(\w+Problem)"/g))
      found.set(name, [...(found.get(name) ?? []), operation]);
  }
  return found;
}
