import type { OpenAPIObject } from '@nestjs/swagger';
import { PreparedCall } from '../idempotency/idempotent.operation.js';
import { ProgressStream } from '../import/progress/progress.stream.js';
import { EventStream } from '../http/event.stream.js';
import { PlatformCall } from '../platform/platform.call.js';
import { operationsOf, refTo, schemasOf } from './operations.js';

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
