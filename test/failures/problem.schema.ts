import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv, type ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';

const TEXT = { type: 'string', minLength: 1 };

/** Constraints on every problem beyond those of the API document. */
const STRICTLY = {
  properties: {
    type: { type: 'string', pattern: "^/docs/errors#[\\w.~%!*'()-]+$" },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    title: TEXT,
    detail: TEXT,
    instance: { type: 'string', pattern: '^/[^?]*$' },
    code: TEXT,
    message: TEXT,
    requestId: TEXT,
    messages: { type: 'array', minItems: 1, items: { type: 'object', properties: { text: TEXT } } },
    loginUrl: { const: '/auth/login' },
  },
};

/** Validates a problem body against the schema of the API document and the stricter constraints above. */
export function problemValidator(): ValidateFunction {
  const { components } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenAPIObject;
  const { Problem, ErrorField, Message } = components?.schemas ?? {};
  const ajv = new Ajv({ allErrors: true, keywords: ['components'], strictTypes: false });
  return ajv.compile({
    components: { schemas: { Problem, ErrorField, Message } },
    allOf: [{ $ref: '#/components/schemas/Problem' }, STRICTLY],
  });
}
