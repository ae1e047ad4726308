import type { OpenAPIObject } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import { PLATFORM_PROBLEMS } from '../../src/platform/platform.catalogue.js';
import { operationsOf } from '../../src/docs/operations.js';

/** Codes that occur only while a dependency is unavailable or overloaded; `every-outage` triggers them. */
const OF_OUTAGES: ReadonlySet<string> = new Set([
  'reauthentication_required',
  'session_ended',
  'session_store_unavailable',
  'identity_provider_unavailable',
  'platform_timeout',
  'platform_paused',
  'platform_busy',
  'too_many_calls',
  'too_many_idempotency_keys',
  'too_many_bytes',
  'gateway_busy',
  'import_busy',
  'upload_not_stored',
  'upload_stalled',
  'request_timeout',
  'internal_error',
]);

/** Browsers navigate here and receive error pages; test/identity covers every code. */
const FOR_BROWSERS: ReadonlySet<string> = new Set(['AuthLogin', 'AuthCallback']);

/** The session event stream needs no token, so none can be missing; its documented errors are shared with calls that do. */
const OF_TOKENS: ReadonlySet<string> = new Set([
  'AuthEvents 401 reauthentication_required',
  'AuthEvents 503 identity_provider_unavailable',
]);

/** Limits that need megabytes or a stalled client to reach; each has its own test, for one operation. */
const BOUNDS: ReadonlySet<string> = new Set([
  'too_many_bytes',
  'gateway_busy',
  'too_many_idempotency_keys',
  'incomplete_body',
]);

/** The trigger of a documented error. */
export type Cause = 'request' | 'outage' | 'sandbox';

interface Schema {
  readonly $ref?: string;
  readonly oneOf?: readonly { readonly $ref: string }[];
}

/** An error, in the form in which crawls compare errors. */
export function errorName(operationId: string, status: number, code: string): string {
  return `${operationId} ${status} ${code}`;
}

/** Every (operation, status, code) of one cause, which a crawl must see. */
export function expectedErrors(cause: Cause): string[] {
  return documentedErrors()
    .filter(({ code, operationId }) => causeOf(code) === cause && !FOR_BROWSERS.has(operationId) && !BOUNDS.has(code))
    .map(({ name }) => name)
    .filter((name) => !OF_TOKENS.has(name))
    .toSorted();
}

/** Every (operation, status, code) that a crawl may see. */
export function allowedErrors(): ReadonlySet<string> {
  return new Set(documentedErrors().map(({ name }) => name));
}

function documentedErrors(): { operationId: string; code: string; name: string }[] {
  const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenAPIObject;
  const { responses: shared = {}, schemas = {} } = document.components ?? {};
  const codeOf = ($ref: string): string => {
    const { allOf = [] } = (schemas[last($ref)] ?? {}) as { allOf?: { properties?: { code: { enum: [string] } } }[] };
    return allOf[1]?.properties?.code.enum[0] ?? '';
  };
  return operationsOf(document).flatMap(({ operationId = '', responses }) =>
    Object.entries(responses).flatMap(([status, response]) => {
      const answer = response && '$ref' in response ? shared[last(response.$ref)] : response;
      const content = answer && 'content' in answer ? answer.content?.['application/problem+json'] : undefined;
      const schema = content?.schema as Schema | undefined;
      const refs = schema === undefined ? [] : (schema.oneOf?.map(({ $ref }) => $ref) ?? [schema.$ref ?? '']);
      return refs
        .map(codeOf)
        .map((code) => ({ operationId, code, name: errorName(operationId, Number(status), code) }));
    }),
  );
}

/** Codes of the platform come from the sandbox, except those that it does not describe. */
function causeOf(code: string): Cause {
  if (code in PLATFORM_PROBLEMS && !code.startsWith('platform_')) return 'sandbox';
  return OF_OUTAGES.has(code) ? 'outage' : 'request';
}

function last(reference: string): string {
  return reference.split('/').at(-1) ?? '';
}
