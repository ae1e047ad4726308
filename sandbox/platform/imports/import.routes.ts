import { changeConnector, createConnector } from '../connectors/connector.changes.js';
import type { AuthSchemeConfig } from '../connectors/auth-scheme-config.shape.js';
import { connectorOf } from '../connectors/connector.lookup.js';
import { invalid } from '../http/api.error.js';
import type { Message } from '../http/message.js';
import { type Call, created, type Reply, type Route } from '../http/route.js';
import type { NewAuthSchemeConfig } from '../../../src/import/openapi/connector.model.js';
import { organisationOf } from '../organisations/organisation.lookup.js';
import type { Platform } from '../platform.js';
import { readImport } from './import.reader.js';
import { saveVersion } from './import.save.js';
import { connectorImport, versionImport } from './import.shape.js';
import { sourceOf } from './import.source.js';

const ORGANISATION = '/o/:organisation_id';
const FIRST_VERSION = '1.0.0';
const UNFIT_VERSIONS = ['latest', 'default', '.', '..'];

/** Creates connectors and versions from OpenAPI documents. */
export const importRoutes: readonly Route[] = [
  { method: 'POST', path: `${ORGANISATION}/protocols/http/import`, readBody: readImport, answer: importHTTPConnector },
  {
    method: 'POST',
    path: `${ORGANISATION}/connector/:connector_id/http/import`,
    readBody: readImport,
    answer: importHTTPConnectorVersion,
  },
];

function importHTTPConnector(call: Call): Reply {
  const { platform } = call;
  const organisation = organisationOf(call);
  const { converted, messages } = sourceOf(call, connectorImport);
  const { title = 'Imported connector', version = FIRST_VERSION, documentationURL, baseUrl } = converted;
  const authSchemeConfigs = withIds(platform, converted.authSchemeConfigs);
  const connector = createConnector(platform, organisation.id, {
    name: title,
    body: {
      protocol: 'http',
      public: false,
      baseUrl,
      ...(documentationURL && { documentationURL }),
      authSchemeConfigs,
    },
  });
  const name = UNFIT_VERSIONS.includes(version) ? FIRST_VERSION : version;
  return created(saveVersion(platform, { connector, name, converted, messages }));
}

function importHTTPConnectorVersion(call: Call): Reply {
  const { platform } = call;
  const connector = connectorOf(call);
  if (connector.body.protocol !== 'http')
    throw invalid({ field: 'connector_id', message: 'must be a connector over HTTP' });
  const { converted, metadata, messages } = sourceOf(call, versionImport);
  const known = connector.body.authSchemeConfigs;
  const added = converted.authSchemeConfigs.filter((config) => !known.some((other) => isSame(other, config)));
  const authSchemeConfigs = [...known, ...withIds(platform, added)];
  const changed = changeConnector(platform, connector, { body: { authSchemeConfigs } });
  const kept = aboutBaseUrl(connector.body.baseUrl ?? '', converted.baseUrl);
  const all = [...messages, ...kept];
  return created(saveVersion(platform, { connector: changed, name: metadata.version, converted, messages: all }));
}

/** Versions have no base URL of their own. */
function aboutBaseUrl(kept: string, documented: string): Message[] {
  if (kept === documented) return [];
  return [{ text: 'The connector keeps its base URL.', severity: 'info', detail: [`not taken over: ${documented}`] }];
}

function isSame(known: AuthSchemeConfig, converted: NewAuthSchemeConfig): boolean {
  return known.schemeType === converted.schemeType && known.description === converted.description;
}

function withIds({ newId }: Platform, configs: readonly NewAuthSchemeConfig[]): AuthSchemeConfig[] {
  return configs.map((config) => ({ id: newId(), ...config }));
}
