import { notFound } from '../http/api.error.js';
import type { Call } from '../http/route.js';
import type { OrganisationEntry } from '../store/records.js';

/**
 * The organisation in a path.
 * @throws ApiError 404 unless the caller is a member: non-members must not learn that it exists
 */
export function organisationOf({ platform, caller, params }: Call): OrganisationEntry {
  const organisation = platform.store.organisations.get(params['organisation_id'] ?? '');
  if (!organisation?.body.members.includes(caller.email)) throw notFound('organisation');
  return organisation;
}
