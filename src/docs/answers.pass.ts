import type { OpenAPIObject } from '@nestjs/swagger';
import { PreparedCall } from '../idempotency/idempotent.operation.js';
import { ProgressStream } from '../import/progress/progress.stream.js';
import { PlatformCall } from '../platform/platform.call.js';
import { type Operation, operationsOf, refTo, schemasOf } from './operations.js';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

const PROBLEM = `
Anything else:

| status | when |
| --- | --- |
| 400 | the request is not what this document describes; \`fields\` says where |
| 401 | nobody is signed in; \`loginUrl\` says where to |
| 403 | the caller may not do this, or the request comes from another site |
| 404 | there is no such thing |
| 409, 412 | something stands in the way |
| 413, 415 | the body is too large, or no JSON |
| 429 | too many requests; \`Retry-After\` says how long to wait |
| 502 | the platform failed or could not be reached |
| 503 | something the gateway needs is down for a moment; \`Retry-After\` says how long to wait |
| 504 | the platform did not answer in time |
`.trim();

/** Handlers return the description of a call, and the generator takes it for the answer's body. */
export function dropPlatformCalls(document: OpenAPIObject): void {
  for (const { name } of [PlatformCall, PreparedCall, ProgressStream]) {
    const mark = JSON.stringify(refTo(name));
    for (const { responses } of operationsOf(document))
      for (const status of Object.keys(responses))
        if (JSON.stringify(responses[status]).includes(mark)) delete responses[status];
    delete schemasOf(document)[name];
  }
}

/** Every answer that is not a success is a problem. */
export function addProblems(document: OpenAPIObject): void {
  const answer = { description: PROBLEM, content: { [PROBLEM_TYPE]: { schema: refTo('Problem') } } };
  document.components = { ...document.components, responses: { Problem: answer } };
  for (const operation of operationsOf(document)) {
    asProblems(operation);
    operation.responses.default = { $ref: '#/components/responses/Problem' };
  }
}

/** Failures that an operation documents by itself are problems too, with members of their own. */
function asProblems({ responses }: Operation): void {
  for (const [status, response] of Object.entries(responses)) {
    const content = response && 'content' in response ? response.content : undefined;
    const body = content?.[JSON_TYPE];
    if (content === undefined || body === undefined || Number(status) < 400) continue;
    content[PROBLEM_TYPE] = body;
    delete content[JSON_TYPE];
  }
}
