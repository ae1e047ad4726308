import type { OpenAPIObject } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import { NEVER_EXTENSION, NO_PLATFORM_EXTENSION, PROBLEMS_EXTENSION } from '../contract/validation/answers.js';
import { ANY_ORIGIN_EXTENSION } from '../auth/caller.js';
import { DefinitionDeletePreconditionFailed } from '../contract/dto/definition.dto.js';
import { KEY_HEADER } from '../idempotency/idempotency-key.js';
import { type ProblemKind, PROBLEMS, type ProblemScope, problemType } from '../http/problem.catalogue.js';
import { PLATFORM_PROBLEMS } from '../platform/platform.catalogue.js';
import { type Operation, operationsByPath, refTo, type Schema, schemasOf } from './operations.js';

const PROBLEM_TYPE = 'application/problem+json';
/** Where the platform's own operations are. */
const PLATFORM_PREFIX = '/api/connect/v1/';
const FORM_TYPE = 'multipart/form-data';

/** Every documented problem by its code, the gateway's own and the known ones of the platform. */
export const ALL_PROBLEMS: Readonly<Record<string, ProblemKind>> = { ...PLATFORM_PROBLEMS, ...PROBLEMS };

/** The class that describes a problem, where it has members of its own. */
const BASES: Readonly<Record<string, string>> = { definition_referenced: DefinitionDeletePreconditionFailed.name };

/** Scopes whose problems need no mark: they follow from what an operation is. */
const SHOWN: readonly ProblemScope[] = [
  'origin',
  'session',
  'path',
  'query',
  'json',
  'form',
  'key',
  'keyed-body',
  'platform',
];

type Answer = NonNullable<Operation['responses'][string]>;
type Marked = Operation & Record<string, unknown>;

/** A schema for each code, and in each operation exactly the codes that it can answer with, by status. */
export function addProblems(document: OpenAPIObject): void {
  const schemas = schemasOf(document);
  const shared: Record<string, Answer> = {};
  const used = new Set<string>();
  for (const [path, operation] of operationsByPath(document) as [string, Marked][]) {
    const scopes = scopesOf(path, operation);
    const own = (operation[PROBLEMS_EXTENSION] ?? []) as string[];
    const never = (operation[NEVER_EXTENSION] ?? []) as string[];
    for (const mark of [PROBLEMS_EXTENSION, NEVER_EXTENSION, NO_PLATFORM_EXTENSION, ANY_ORIGIN_EXTENSION])
      delete operation[mark];
    const codes = Object.keys(ALL_PROBLEMS).filter(
      (code) => (own.includes(code) || isIn(scopes, code)) && !never.includes(code),
    );
    for (const code of codes) used.add(code);
    for (const [status, group] of byStatus(codes)) {
      const name = never.length > 0 ? undefined : nameOf(status, scopes, group, own);
      if (name === undefined) operation.responses[status] = responseOf(status, group);
      else {
        shared[name] ??= responseOf(status, group);
        operation.responses[status] = { $ref: `#/components/responses/${name}` };
      }
    }
  }
  for (const code of [...used].toSorted()) schemas[schemaName(code)] = schemaOf(code);
  document.components = { ...document.components, responses: shared } as OpenAPIObject['components'];
}

/** Name of the schema of a code: `version_exists` is `VersionExistsProblem`. */
export function schemaName(code: string): string {
  const words = code.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Problem`;
}

function isIn(scopes: ReadonlySet<ProblemScope>, code: string): boolean {
  return ALL_PROBLEMS[code]?.on.some((scope) => scopes.has(scope)) === true;
}

/** What an operation is, as far as its failures depend on it. */
function scopesOf(path: string, operation: Marked): Set<ProblemScope> {
  const { parameters = [], requestBody, security } = operation;
  const has = (place: string, name?: string): boolean =>
    parameters.some((one) => 'in' in one && one.in === place && (name === undefined || one.name === name));
  const content = requestBody && 'content' in requestBody ? requestBody.content : {};
  const isUpload = FORM_TYPE in content;
  const facts: Partial<Record<ProblemScope, boolean>> = {
    request: true,
    origin: operation[ANY_ORIGIN_EXTENSION] === undefined,
    session: security?.some((scheme) => Object.keys(scheme).length === 0) !== true,
    path: has('path'),
    query: has('query'),
    json: 'application/json' in content,
    form: isUpload,
    key: has('header', KEY_HEADER),
    'keyed-body': has('header', KEY_HEADER) && requestBody !== undefined,
    platform: path.startsWith(PLATFORM_PREFIX) && operation[NO_PLATFORM_EXTENSION] === undefined,
  };
  return new Set(Object.entries(facts).flatMap(([scope, holds]) => (holds ? [scope as ProblemScope] : [])));
}

function byStatus(codes: readonly string[]): Map<number, string[]> {
  const groups = Map.groupBy(codes, (code) => ALL_PROBLEMS[code]?.status ?? 500);
  return new Map([...groups].toSorted(([one], [other]) => one - other));
}

/** Name of an answer that operations share: of the status, and of the scopes that its codes come from. */
function nameOf(
  status: number,
  scopes: ReadonlySet<ProblemScope>,
  codes: readonly string[],
  own: readonly string[],
): string | undefined {
  if (codes.some((code) => own.includes(code) && !isIn(scopes, code))) return undefined;
  const from = SHOWN.filter(
    (scope) => scopes.has(scope) && codes.some((code) => ALL_PROBLEMS[code]?.on.includes(scope)),
  );
  const words = [STATUS_CODES[status] ?? 'Error', ...from].map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.join('').replaceAll(/[^A-Za-z]/g, '');
}

function responseOf(status: number, codes: readonly string[]): Answer {
  const names = codes.map((code) => `\`${code}\``).join(', ');
  // Each variant has one code, by which compilers tell them apart; a discriminator would repeat them all.
  const refs = codes.map((code) => refTo(schemaName(code)));
  const [only] = refs;
  const schema = refs.length === 1 && only ? only : { oneOf: refs };
  return { description: `${STATUS_CODES[status]}: ${names}.`, content: { [PROBLEM_TYPE]: { schema } } };
}

function schemaOf(code: string): Schema {
  const { status = 500, message = '', remedy = '' } = ALL_PROBLEMS[code] ?? {};
  const properties = {
    type: { type: 'string', enum: [problemType(code)] },
    status: { type: 'integer', enum: [status] },
    code: { type: 'string', enum: [code] },
    ...(isSignIn(code) && { loginUrl: { type: 'string', description: 'Sign-in URL; add `returnTo`.' } }),
  };
  return {
    description: `${message} ${remedy}`,
    allOf: [
      refTo(BASES[code] ?? 'Problem'),
      {
        type: 'object',
        required: ['type', 'status', 'code', ...(isSignIn(code) ? ['loginUrl'] : [])],
        properties,
      },
    ],
  };
}

/** Signing in helps, so the problem says where. */
function isSignIn(code: string): boolean {
  return ALL_PROBLEMS[code]?.remedy.includes('`loginUrl`') === true;
}
