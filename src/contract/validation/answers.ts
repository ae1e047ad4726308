import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtension, ApiResponse } from '@nestjs/swagger';
import type { ProblemCode } from '../../http/problem.catalogue.js';
import type { PlatformProblemCode } from '../../platform/platform.catalogue.js';
import type { Dto } from './metadata.js';

/** Carries further media types of a success to the API document. */
export const MEDIA_TYPES_EXTENSION = 'x-media-types';
/** Carries the codes that an operation names itself to the API document. */
export const PROBLEMS_EXTENSION = 'x-problems';
/** Carries the codes that an operation rules out to the API document. */
export const NEVER_EXTENSION = 'x-never-answers';
/** Marks operations that never call the platform. */
export const NO_PLATFORM_EXTENSION = 'x-no-platform-call';

/** The body of an answer that no class describes. */
interface AnswerBody {
  readonly mediaType?: string;
  readonly schema: object;
}

const DESCRIPTIONS = { 200: 'OK.', 201: 'Created.', 204: 'No content.' } as const;

/** The successful answer of an operation: its status and, where it has a body, the class that describes it. */
export function Answers(status: keyof typeof DESCRIPTIONS, body?: Dto | AnswerBody): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description: DESCRIPTIONS[status], ...describe(body) }),
  );
}

/** Further media types of the success, whose content is text. */
export function AlsoAnswers(...mediaTypes: readonly string[]): MethodDecorator {
  return ApiExtension(MEDIA_TYPES_EXTENSION, [...mediaTypes]);
}

/**
 * Codes that this operation can answer with, beside those that follow from what it takes (path, query, body, key) and
 * from the session and the platform.
 */
export function Problems(...codes: readonly (ProblemCode | PlatformProblemCode)[]): MethodDecorator {
  return ApiExtension(PROBLEMS_EXTENSION, [...codes]);
}

/** Codes that follow from what the operation is, but that it never answers with. */
export function NeverAnswers(...codes: readonly (ProblemCode | PlatformProblemCode)[]): MethodDecorator {
  return ApiExtension(NEVER_EXTENSION, [...codes]);
}

/** An operation below the platform's path that never calls the platform, so none of its failures can occur. */
export function NoPlatformCall(): MethodDecorator {
  return ApiExtension(NO_PLATFORM_EXTENSION, true);
}

function describe(body: Dto | AnswerBody | undefined): object {
  if (body === undefined) return {};
  if (typeof body === 'function') return { type: body };
  return { content: { [body.mediaType ?? 'application/json']: { schema: body.schema } } };
}
