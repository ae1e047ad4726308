import type { OpenAPIObject } from '@nestjs/swagger';
import { PreparedCall } from '../idempotency/idempotent.operation.js';
import { ProgressStream } from '../import/progress/progress.stream.js';
import { EventStream } from '../http/event.stream.js';
import { PlatformCall } from '../platform/platform.call.js';
import { MEDIA_TYPES_EXTENSION } from '../contract/validation/answers.js';
import { type Operation, operationsOf, refTo, schemasOf } from './operations.js';

/** Handlers return the description of a call, which the generator takes for the body of the answer. */
export function dropPlatformCalls(document: OpenAPIObject): void {
  for (const { name } of [PlatformCall, PreparedCall, EventStream, ProgressStream]) {
    const mark = JSON.stringify(refTo(name));
    for (const { responses } of operationsOf(document))
      for (const status of Object.keys(responses))
        if (JSON.stringify(responses[status]).includes(mark)) delete responses[status];
    delete schemasOf(document)[name];
  }
}

/** One success per operation: the generator adds another one for a handler's return type. */
export function keepDeclaredSuccess(document: OpenAPIObject): void {
  for (const { responses } of operationsOf(document)) {
    const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    for (const [status, response] of successes) {
      if (response === undefined || !('description' in response) || response.description !== '') continue;
      if (successes.length > 1) delete responses[status];
      else response.description = 'OK.';
    }
  }
}

/** A success in further media types. */
export function addMediaTypes(document: OpenAPIObject): void {
  for (const operation of operationsOf(document) as (Operation & Record<string, unknown>)[]) {
    const types = (operation[MEDIA_TYPES_EXTENSION] ?? []) as string[];
    delete operation[MEDIA_TYPES_EXTENSION];
    const { 200: success } = operation.responses;
    if (success === undefined || !('content' in success)) continue;
    for (const type of types) success.content = { ...success.content, [type]: { schema: { type: 'string' } } };
  }
}
