import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { Dto } from './metadata.js';

/** The body of an answer that no class describes. */
interface AnswerBody {
  readonly mediaType?: string;
  readonly schema: object;
}

/** What a successful answer of an operation is: its status and, where it has a body, what describes it. */
export function Answers(status: 200 | 201 | 204, body?: Dto | AnswerBody): MethodDecorator {
  const description = status === 204 ? 'Done; there is nothing to say.' : 'Done.';
  return applyDecorators(HttpCode(status), ApiResponse({ status, description, ...describe(body) }));
}

function describe(body: Dto | AnswerBody | undefined): object {
  if (body === undefined) return {};
  if (typeof body === 'function') return { type: body };
  return { content: { [body.mediaType ?? 'application/json']: { schema: body.schema } } };
}
