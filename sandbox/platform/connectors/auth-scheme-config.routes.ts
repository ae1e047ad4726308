import { invalid, notFound } from '../http/api.error.js';
import { type Call, ok, type Reply, type Route } from '../http/route.js';
import { refuseScheme } from '../protocols/auth-scheme.rules.js';
import { read } from '../validation/shape.js';
import { authSchemeConfig } from './auth-scheme-config.shape.js';
import { keepSecret } from './auth-scheme-config.secrets.js';
import { changeConnector } from './connector.changes.js';
import { connectorOf } from './connector.lookup.js';
import { viewConnector } from './connector.view.js';

const CONFIG = '/o/:organisation_id/connectors/:connector_id/auth-scheme-configs/:auth_scheme_config_id';

/** Authentication configurations of connectors. */
export const authSchemeConfigRoutes: readonly Route[] = [
  { method: 'PUT', path: CONFIG, answer: upsertAuthSchemeConfig },
  { method: 'DELETE', path: CONFIG, answer: deleteAuthSchemeConfig },
];

function upsertAuthSchemeConfig(call: Call): Reply {
  const { platform, params } = call;
  const connector = connectorOf(call);
  const sent = read(authSchemeConfig, call.body);
  if (sent.id !== params['auth_scheme_config_id'])
    throw invalid({ field: 'id', message: 'must be the id that the path names' });
  refuseScheme(connector.body.protocol, sent.schemeType, 'schemeType');
  const { authSchemeConfigs } = connector.body;
  const index = authSchemeConfigs.findIndex(({ id }) => id === sent.id);
  const owner = { connectorId: connector.id, organisationId: connector.parent };
  const kept = keepSecret(platform, owner, sent, authSchemeConfigs[index]);
  const changed = index === -1 ? [...authSchemeConfigs, kept] : authSchemeConfigs.with(index, kept);
  return ok(viewConnector(platform, changeConnector(platform, connector, { body: { authSchemeConfigs: changed } })));
}

function deleteAuthSchemeConfig(call: Call): Reply {
  const connector = connectorOf(call);
  const { authSchemeConfigs } = connector.body;
  const left = authSchemeConfigs.filter(({ id }) => id !== call.params['auth_scheme_config_id']);
  if (left.length === authSchemeConfigs.length) throw notFound('authentication scheme configuration');
  const changed = changeConnector(call.platform, connector, { body: { authSchemeConfigs: left } });
  return ok(viewConnector(call.platform, changed));
}
