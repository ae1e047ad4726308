import { notFound } from '../http/api.error.js';
import { isForced, nameMatches } from '../http/query.js';
import { type Call, created, noContent, ok, type Reply, type Route } from '../http/route.js';
import { BY_NAME } from '../paging/cursor.js';
import { pageOf } from '../paging/page.js';
import type { DefinitionEntry } from '../store/records.js';
import { refuseChanges } from '../validation/read-only.js';
import { read } from '../validation/shape.js';
import { draftOf, touchVersion, type Versioned, versionOf } from '../versions/version.lookup.js';
import { createDefinitions, replaceDefinition } from './definition.changes.js';
import { deleteDefinitions, selectDefinitions } from './definition.deletion.js';
import { referencesIn } from './definition.references.js';
import { definitionsCreate, definitionsDelete, definitionUpdate } from './definition.shape.js';
import { viewDefinition } from './definition.view.js';

const DEFINITIONS = '/o/:organisation_id/connectors/:connector_id/versions/:version/definitions';
const DEFINITION = `${DEFINITIONS}/:definition_name`;

/** Definitions: the data structures of a connector. */
export const definitionRoutes: readonly Route[] = [
  { method: 'GET', path: DEFINITIONS, answer: getDefinitions },
  { method: 'POST', path: DEFINITIONS, answer: postDefinitions },
  { method: 'DELETE', path: DEFINITIONS, answer: deleteSeveral },
  { method: 'GET', path: DEFINITION, answer: getDefinition },
  { method: 'PUT', path: DEFINITION, answer: putDefinition },
  { method: 'DELETE', path: DEFINITION, answer: deleteOne },
];

function getDefinitions(call: Call): Reply {
  const { platform, query } = call;
  const versioned = versionOf(call);
  const all = platform.store.definitions.list(versioned.version.id);
  const named = all.filter(({ name }) => nameMatches(name, query.get('name')));
  const { items, info } = pageOf(named, query, BY_NAME);
  return ok({ ...info, definitions: viewAll(call, versioned, items) });
}

function postDefinitions(call: Call): Reply {
  const versioned = draftOf(call);
  const { definitions } = read(definitionsCreate, call.body);
  const made = createDefinitions(call.platform, versioned, definitions);
  touchVersion(call.platform, versioned);
  return created({ definitions: viewAll(call, versioned, made) });
}

function deleteSeveral(call: Call): Reply {
  const { store } = call.platform;
  const versioned = draftOf(call);
  const selection = read(definitionsDelete, call.body);
  const all = store.definitions.list(versioned.version.id);
  const doomed = selection.all ? all : selectDefinitions(all, selection);
  deleteDefinitions(store, versioned.version.id, doomed, isForced(call.query));
  touchVersion(call.platform, versioned);
  return noContent();
}

function getDefinition(call: Call): Reply {
  const versioned = versionOf(call);
  const [view] = viewAll(call, versioned, [definitionOf(call, versioned)]);
  return ok(view);
}

function putDefinition(call: Call): Reply {
  const versioned = draftOf(call);
  const definition = definitionOf(call, versioned);
  const update = read(definitionUpdate, call.body);
  refuseChanges(update, { id: definition.id });
  const replaced = replaceDefinition(call.platform, versioned, definition, update);
  touchVersion(call.platform, versioned);
  const [view] = viewAll(call, versioned, [replaced]);
  return ok(view);
}

function deleteOne(call: Call): Reply {
  const versioned = draftOf(call);
  const definition = definitionOf(call, versioned);
  deleteDefinitions(call.platform.store, versioned.version.id, [definition], isForced(call.query));
  touchVersion(call.platform, versioned);
  return noContent();
}

function definitionOf({ platform, params }: Call, { version }: Versioned): DefinitionEntry {
  const found = platform.store.definitions.find(version.id, params['definition_name'] ?? '');
  if (found === undefined) throw notFound('definition');
  return found;
}

function viewAll({ platform }: Call, versioned: Versioned, definitions: readonly DefinitionEntry[]): object[] {
  const references = referencesIn(platform.store, versioned.version.id);
  return definitions.map((entry) => viewDefinition(platform, versioned, entry, references.get(entry.id) ?? []));
}
