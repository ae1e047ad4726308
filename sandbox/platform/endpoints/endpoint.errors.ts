import type { DefinitionCatalog } from '../definitions/definition.catalog.js';
import type { EndpointBody } from '../store/records.js';
import { linksOf } from './endpoint.links.js';

/** Errors of an action or trigger, which prevent its version from being published, and warnings. */
export interface EndpointError {
  readonly field: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** Finds errors beyond those of a single request: missing parts, or ones that were deleted later. */
export function endpointErrors(body: EndpointBody, catalog: DefinitionCatalog): EndpointError[] {
  const noResponse = body.responses.length === 0 ? [error('responses', 'must have at least one')] : [];
  const dangling = linksOf(body)
    .filter(({ link }) => catalog.byId(link.definition.id) === undefined)
    .map(({ field }) => error(field, 'refers to a definition that was deleted'));
  return [...noResponse, ...dangling, ...pathErrors(body)];
}

/** The parameters in the path template must equal the declared path parameters. */
function pathErrors({ path, parameters }: EndpointBody): EndpointError[] {
  if (path === undefined) return [];
  const used = new Set([...path.matchAll(/\{\{\s*\.?param\.([^\s}]+)\s*\}\}/g)].map(([, name]) => name));
  const known = new Set(parameters.map(({ name }) => name));
  const missing = [...used].filter((name) => !known.has(name ?? ''));
  const idle = parameters.flatMap((parameter, i) =>
    parameter.in === 'path' && !used.has(parameter.name) ? [`parameters[${i}]`] : [],
  );
  return [
    ...missing.map((name) => error('path', `uses a parameter that there is not: ${name}`)),
    ...idle.map((field) => ({ field, message: 'is not used in the path', severity: 'warning' as const })),
  ];
}

function error(field: string, message: string): EndpointError {
  return { field, message, severity: 'error' };
}
