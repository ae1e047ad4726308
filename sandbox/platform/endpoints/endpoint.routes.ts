import { notFound } from '../http/api.error.js';
import { nameMatches } from '../http/query.js';
import { type Call, created, noContent, ok, type Reply, type Route } from '../http/route.js';
import { BY_NAME } from '../paging/cursor.js';
import { pageOf } from '../paging/page.js';
import type { EndpointEntry } from '../store/records.js';
import { refuseChanges } from '../validation/read-only.js';
import { object, read, text } from '../validation/shape.js';
import { draftOf, touchVersion, type Versioned, versionOf } from '../versions/version.lookup.js';
import { createEndpoint, replaceEndpoint } from './endpoint.changes.js';
import { ENDPOINT_KINDS, type EndpointKind } from './endpoint.kind.js';
import { viewEndpoints } from './endpoint.view.js';

/** Actions and triggers. */
export const endpointRoutes: readonly Route[] = ENDPOINT_KINDS.flatMap((kind): Route[] => {
  const all = `/o/:organisation_id/connectors/:connector_id/versions/:version/${kind.plural}`;
  const one = `${all}/:${kind.singular}_name`;
  return [
    { method: 'GET', path: all, answer: (call) => list(call, kind) },
    { method: 'POST', path: all, answer: (call) => create(call, kind) },
    { method: 'GET', path: one, answer: (call) => get(call, kind) },
    { method: 'PUT', path: one, answer: (call) => update(call, kind) },
    { method: 'DELETE', path: one, answer: (call) => remove(call, kind) },
  ];
});

const identified = object({ id: text });

function list(call: Call, { plural }: EndpointKind): Reply {
  const { platform, query } = call;
  const versioned = versionOf(call);
  const all = platform.store[plural].list(versioned.version.id);
  const named = all.filter(({ name }) => nameMatches(name, query.get('name')));
  const { items, info } = pageOf(named, query, BY_NAME);
  return ok({ ...info, [plural]: viewEndpoints(platform, versioned, items) });
}

function create(call: Call, kind: EndpointKind): Reply {
  const versioned = draftOf(call);
  const entry = createEndpoint(call.platform, { kind, ...versioned }, read(kind.shape, call.body));
  touchVersion(call.platform, versioned);
  return created(view(call, versioned, entry));
}

function get(call: Call, kind: EndpointKind): Reply {
  const versioned = versionOf(call);
  return ok(view(call, versioned, endpointOf(call, kind, versioned)));
}

function update(call: Call, kind: EndpointKind): Reply {
  const versioned = draftOf(call);
  const old = endpointOf(call, kind, versioned);
  const input = read(kind.shape, call.body);
  refuseChanges(read(identified, call.body), { id: old.id });
  const entry = replaceEndpoint(call.platform, { kind, ...versioned }, old, input);
  touchVersion(call.platform, versioned);
  return ok(view(call, versioned, entry));
}

function remove(call: Call, kind: EndpointKind): Reply {
  const versioned = draftOf(call);
  call.platform.store.delete(endpointOf(call, kind, versioned).id);
  touchVersion(call.platform, versioned);
  return noContent();
}

function endpointOf({ platform, params }: Call, kind: EndpointKind, { version }: Versioned): EndpointEntry {
  const found = platform.store[kind.plural].find(version.id, params[`${kind.singular}_name`] ?? '');
  if (found === undefined) throw notFound(kind.singular);
  return found;
}

function view({ platform }: Call, versioned: Versioned, entry: EndpointEntry): object {
  const [shown = {}] = viewEndpoints(platform, versioned, [entry]);
  return shown;
}
