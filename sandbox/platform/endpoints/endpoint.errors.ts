import type { DefinitionCatalog } from '../definitions/definition.catalog.js';
import type { EndpointBody } from '../store/records.js';
import { linksOf } from './endpoint.links.js';

/** What is wrong with an action or trigger, which keeps its version from being published, or deserves a look. */
export interface EndpointError {
  readonly field: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** Looks for what the rules for one request cannot hold: what is missing, or was deleted later. */
export function endpointErrors(body: EndpointBody, catalog: DefinitionCatalog): EndpointError[] {
  const noResponse = body.responses.length === 0 ? [error('responses', 'must have at least one')] : [];
  const dangling = linksOf(body)
    .filter(({ link }) => catalog.byId(link.definition.id) === undefined)
    .map(({ field }) => error(field, 'refers to a definition that was deleted'));
  return [...noResponse, ...dangling, ...pathErrors(body)];
}

/** What the path takes as parameters, and what there is as parameters of the path, should be the same. */
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
