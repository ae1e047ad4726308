import type { OpenAPIObject } from '@nestjs/swagger';

/** An operation of an API document. */
export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** A schema of an API document, or a reference to one. */
export interface Schema {
  [keyword: string]: unknown;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Every operation of a document. */
export function operationsOf(document: OpenAPIObject): Operation[] {
  return operationsByPath(document).map(([, operation]) => operation);
}

/** Every operation of a document, with its path. */
export function operationsByPath(document: OpenAPIObject): [path: string, operation: Operation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method): [string, Operation][] => (item[method] ? [[path, item[method]]] : [])),
  );
}

/** The schemas of a document that have names. */
export function schemasOf(document: OpenAPIObject): Record<string, Schema> {
  return (document.components?.schemas ?? {}) as Record<string, Schema>;
}

/** A reference to a schema by its name. */
export function refTo(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}
