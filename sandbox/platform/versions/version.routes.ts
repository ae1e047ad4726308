import { connectorOf, touchConnector } from '../connectors/connector.lookup.js';
import { conflict, invalid } from '../http/api.error.js';
import { isForced } from '../http/query.js';
import { type Call, created, noContent, ok, type Reply, type Route } from '../http/route.js';
import { BY_UPDATE } from '../paging/cursor.js';
import { pageOf } from '../paging/page.js';
import type { VersionEntry } from '../store/records.js';
import { refuseChanges } from '../validation/read-only.js';
import { read } from '../validation/shape.js';
import { changeVersion, createVersion, refuseTakenName } from './version.changes.js';
import { copyChildren } from './version.copy.js';
import { draftOf, findVersion, refusePublished, specialVersions, versionOf } from './version.lookup.js';
import { judge } from './version.publish.js';
import { versionCreate, versionUpdate } from './version.shape.js';
import { readOnlyMembers, viewVersions } from './version.view.js';

const VERSIONS = '/o/:organisation_id/connectors/:connector_id/versions';
const VERSION = `${VERSIONS}/:version`;

/** Versions of connectors: drafts until they are published. */
export const versionRoutes: readonly Route[] = [
  { method: 'GET', path: VERSIONS, answer: listConnectorVersions },
  { method: 'POST', path: VERSIONS, answer: createConnectorVersion },
  { method: 'GET', path: VERSION, answer: (call) => ok(viewOne(call, versionOf(call).version)) },
  { method: 'PUT', path: VERSION, answer: updateConnectorVersion },
  { method: 'DELETE', path: VERSION, answer: deleteConnectorVersion },
  { method: 'POST', path: `${VERSION}/publish`, answer: publishConnector },
  { method: 'POST', path: `${VERSION}/unpublish`, answer: unpublishConnector },
];

function listConnectorVersions(call: Call): Reply {
  const versions = call.platform.store.versions.list(connectorOf(call).id);
  const { items, info } = pageOf(versions, call.query, BY_UPDATE);
  return ok({ ...info, items: viewVersions(call.platform, items, versions) });
}

function createConnectorVersion(call: Call): Reply {
  const { platform, body } = call;
  const connector = connectorOf(call);
  const { name, fromVersion } = read(versionCreate, body);
  const from = fromVersion === undefined ? undefined : findVersion(platform, connector.id, fromVersion);
  if (fromVersion !== undefined && from === undefined)
    throw invalid({ field: 'fromVersion', message: 'must be the name of a version of this connector' });
  const version = createVersion(platform, platform.store.versions, connector.id, { name });
  if (from) copyChildren(platform, from.id, version.id);
  touchConnector(platform, connector.id);
  return created(viewOne(call, version));
}

function updateConnectorVersion(call: Call): Reply {
  const { platform } = call;
  const { versions } = platform.store;
  const { connector, version } = versionOf(call);
  const sent = read(versionUpdate, call.body);
  const readOnly = readOnlyMembers(platform, version, specialVersions(versions.list(connector.id)));
  refuseChanges(sent, readOnly);
  refusePublished(version);
  if (sent.name !== version.name) refuseTakenName(versions, connector.id, sent.name);
  const kept = Object.entries(sent).filter(([member]) => member !== 'name' && !Object.hasOwn(readOnly, member));
  const body: VersionEntry['body'] = Object.fromEntries(kept);
  const changed = versions.update({ ...version, name: sent.name, updatedAt: platform.now(), body });
  touchConnector(platform, connector.id);
  return ok(viewOne(call, changed));
}

function deleteConnectorVersion(call: Call): Reply {
  const { connector, version } = versionOf(call);
  if (!isForced(call.query)) refusePublished(version);
  call.platform.store.delete(version.id);
  touchConnector(call.platform, connector.id);
  return noContent();
}

function publishConnector(call: Call): Reply {
  const { platform } = call;
  const { connector, version } = draftOf(call);
  const { faults, messages } = judge(platform, version);
  if (faults.length > 0) throw invalid(...faults);
  const published = changeVersion(platform, version, { publishedAt: platform.now(), messages });
  touchConnector(platform, connector.id);
  return ok({ version: viewOne(call, published) });
}

function unpublishConnector(call: Call): Reply {
  const { platform } = call;
  const { connector, version } = versionOf(call);
  const { publishedAt, subscribers } = version.inner;
  if (publishedAt === null) throw conflict('version_not_published', `Version "${version.name}" is not published.`);
  if (subscribers.length > 0)
    throw conflict('version_in_use', `Version "${version.name}" is in use by ${subscribers.join(', ')}.`);
  const draft = changeVersion(platform, version, { publishedAt: null, messages: [] });
  touchConnector(platform, connector.id);
  return ok({ version: viewOne(call, draft) });
}

function viewOne({ platform }: Call, version: VersionEntry): object {
  const [view = {}] = viewVersions(platform, [version], platform.store.versions.list(version.parent));
  return view;
}
