import type { Definition, DefinitionLink, Endpoint, Parameter, RequestBody } from '../comparison/version.content.js';
import { type Entry, isEntry, objectOf, objectsOf, textOf } from './members.js';

/** Converts an action or a trigger of the platform for comparison. */
export function endpointOf(entry: Entry): Endpoint {
  const { path, summary, description, requestBody, type } = entry;
  return {
    name: textOf(entry['name']),
    method: textOf(entry['method']),
    ...(typeof path === 'string' && { path }),
    ...(typeof summary === 'string' && { summary }),
    ...(typeof description === 'string' && { description }),
    parameters: objectsOf(entry['parameters']).map(parameterOf),
    ...(isEntry(requestBody) && { requestBody: bodyOf(requestBody) }),
    responses: objectsOf(entry['responses']).map(({ status, definitions }) => ({
      ...(typeof status === 'number' && { status }),
      definitions: linksOf(definitions),
    })),
    ...(type !== 'http' && { other: withoutIdentity(entry) }),
  };
}

/** A definition of the platform, without its schema. */
export function definitionOf(entry: Entry): Definition & { readonly id: string; readonly url: string } {
  const { accept, description } = entry;
  return {
    id: textOf(entry['id']),
    url: textOf(entry['url']),
    name: textOf(entry['name']),
    accept: Array.isArray(accept) ? accept.filter((mediaType) => typeof mediaType === 'string') : [],
    ...(typeof description === 'string' && { description }),
  };
}

function parameterOf(entry: Entry): Parameter {
  const { default: value } = entry;
  return {
    name: textOf(entry['name']),
    in: textOf(entry['in']),
    type: textOf(entry['type']),
    required: entry['required'] === true,
    ...(value !== undefined && { default: value }),
  };
}

function bodyOf({ required, definitions }: Entry): RequestBody {
  return { required: required === true, definitions: linksOf(definitions) };
}

function linksOf(links: unknown): DefinitionLink[] {
  return objectsOf(links).map(({ definition }) => ({ definition: { name: textOf(objectOf(definition)['name']) } }));
}

/** All members except those that differ between two copies; for an unknown type, all members count. */
function withoutIdentity(entry: Entry): Entry {
  const { id: _id, errors: _errors, ...rest } = entry;
  return rest;
}
