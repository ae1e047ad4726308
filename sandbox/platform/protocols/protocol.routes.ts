import { notFound } from '../http/api.error.js';
import { type Call, ok, type Reply, type Route } from '../http/route.js';
import { organisationOf } from '../organisations/organisation.lookup.js';
import { BY_NAME } from '../paging/cursor.js';
import { pageOf } from '../paging/page.js';
import { AUTH_SCHEMES, type AuthScheme, type Protocol, PROTOCOLS } from './protocol.data.js';

/** Protocols, and the authentication schemes of their connectors. */
export const protocolRoutes: readonly Route[] = [
  { method: 'GET', path: '/o/:organisation_id/protocols', answer: listProtocols },
  { method: 'GET', path: '/o/:organisation_id/protocols/:protocol_slug/auth-schemes', answer: listAuthSchemes },
];

/**
 * The protocol in a path.
 * @throws ApiError 404 if it does not exist
 */
export function protocolOf({ params }: Call): Protocol {
  const protocol = PROTOCOLS.find(({ slug }) => slug === params['protocol_slug']);
  if (protocol === undefined) throw notFound('protocol');
  return protocol;
}

function listProtocols(call: Call): Reply {
  organisationOf(call);
  const { items, info } = pageOf(PROTOCOLS.map(dated), call.query, BY_NAME);
  return ok({ ...info, protocols: items.map(({ of }) => of) });
}

function listAuthSchemes(call: Call): Reply {
  organisationOf(call);
  const { items, info } = pageOf(AUTH_SCHEMES[protocolOf(call).slug].map(dated), call.query, BY_NAME);
  return ok({ ...info, authSchemes: items.map(({ of }) => of) });
}

/** Built-in entries have no dates, which paging requires for sorting. */
function dated<T extends Protocol | AuthScheme>(
  of: T,
): { of: T; id: string; name: string; createdAt: ''; updatedAt: '' } {
  return { of, id: of.id, name: of.name, createdAt: '', updatedAt: '' };
}
