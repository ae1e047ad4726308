import type { OpenAPIObject } from '@nestjs/swagger';
import { UPLOAD_EXTENSION } from '../contract/validation/upload.js';
import { EXAMPLES } from './examples.js';
import { type Operation, operationsOf, refTo } from './operations.js';

type Content = Record<string, { schema?: object; example?: unknown }>;

/** An example in each request body; examples belong to the class of the body. */
export function addExamples(document: OpenAPIObject): void {
  const byRef = new Map([...EXAMPLES].map(([dto, example]) => [refTo(dto.name).$ref, example]));
  for (const operation of operationsOf(document))
    for (const body of Object.values(contentOf(operation) ?? {})) {
      const { $ref = '' } = (body.schema ?? {}) as { $ref?: string };
      if (byRef.has($ref)) body.example = byRef.get($ref);
    }
}

/** The form with a file that some operations take as well. */
export function addUploads(document: OpenAPIObject): void {
  for (const operation of operationsOf(document) as (Operation & Record<string, unknown>)[]) {
    const metadata = operation[UPLOAD_EXTENSION];
    const content = contentOf(operation);
    if (typeof metadata !== 'string' || content === undefined) continue;
    delete operation[UPLOAD_EXTENSION];
    // The form first, as in the contract: some generators make a client for the first media type only.
    const { requestBody } = operation as { requestBody: { content: Content } };
    requestBody.content = { 'multipart/form-data': { schema: formOf(metadata) }, ...content };
  }
}

function formOf(metadata: string): object {
  const file = { type: 'string', format: 'binary', description: 'The document, as JSON or YAML.' };
  return { type: 'object', required: ['file', 'metadata'], properties: { file, metadata: refTo(metadata) } };
}

function contentOf({ requestBody }: Operation): Content | undefined {
  return requestBody && 'content' in requestBody ? requestBody.content : undefined;
}
