import { DefinitionCatalog } from '../definitions/definition.catalog.js';
import { conflict, invalid } from '../http/api.error.js';
import type { Platform } from '../platform.js';
import type { EndpointEntry } from '../store/records.js';
import type { Versioned } from '../versions/version.lookup.js';
import type { EndpointKind } from './endpoint.kind.js';
import { linksOf } from './endpoint.links.js';
import { LinkResolver } from './endpoint.resolver.js';
import type { EndpointInput } from './endpoint.shape.js';

/** The location of an action or trigger. */
export interface EndpointPlace extends Versioned {
  readonly kind: EndpointKind;
}

/**
 * Creates an action or trigger.
 * @throws ApiError 400 for unknown definitions, 409 for a name that is in use
 */
export function createEndpoint(platform: Platform, place: EndpointPlace, input: EndpointInput): EndpointEntry {
  const { store, newId, now } = platform;
  const { name } = input;
  refuseTakenName(platform, place, name);
  const kept = keep(platform, place, input);
  return store[place.kind.plural].insert({ id: newId(), parent: place.version.id, name, ...kept }, now());
}

/** Replaces an action or trigger. */
export function replaceEndpoint(
  platform: Platform,
  place: EndpointPlace,
  old: EndpointEntry,
  input: EndpointInput,
): EndpointEntry {
  const { name } = input;
  if (name !== old.name) refuseTakenName(platform, place, name);
  const kept = keep(platform, place, input, old);
  return platform.store[place.kind.plural].update({ ...old, name, updatedAt: platform.now(), ...kept });
}

function keep(
  platform: Platform,
  { connector, version }: EndpointPlace,
  input: EndpointInput & { id?: unknown; errors?: unknown },
  old?: EndpointEntry,
): Pick<EndpointEntry, 'body' | 'inner'> {
  const { protocol } = connector.body;
  if (protocol !== 'http') throw invalid({ field: 'type', message: `does not fit a connector to ${protocol}` });
  const { id: _id, name: _name, errors: _errors, requestBody, responses, ...members } = input;
  const resolver = new LinkResolver(platform, new DefinitionCatalog(platform.store, version.id), old?.body);
  const body = {
    ...members,
    ...(requestBody && { requestBody: resolver.requestBody(requestBody) }),
    responses: resolver.responses(responses),
  };
  if (resolver.faults.length > 0) throw invalid(...resolver.faults);
  return { body, inner: { references: [...new Set(linksOf(body).map(({ link }) => link.definition.id))] } };
}

function refuseTakenName({ store }: Platform, { kind, version }: EndpointPlace, name: string): void {
  if (store[kind.plural].find(version.id, name))
    throw conflict('name_taken', `The version has ${kind.singular} "${name}" already.`);
}
