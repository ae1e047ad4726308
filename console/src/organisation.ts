import { authSessionOptions } from '@connect-gateway/client/react-query';
import { useQuery } from '@tanstack/react-query';

/** An organisation that a person works for, as the identity provider names it. */
export interface Organisation {
  readonly id: string;
  readonly name: string;
}

const REMEMBERED = 'connect-console:organisation';

/** The person's organisations: those of the claim `organisations`, or the one that was last used on this browser. */
export function useOrganisations(): { readonly organisations: readonly Organisation[]; readonly isPending: boolean } {
  const { data, isPending } = useQuery(authSessionOptions());
  const claimed = data?.claims?.['organisations'];
  const organisations = Array.isArray(claimed) ? claimed.filter(isOrganisation) : [];
  const remembered = localStorage.getItem(REMEMBERED);
  if (organisations.length > 0 || remembered === null) return { organisations, isPending };
  return { organisations: [{ id: remembered, name: remembered }], isPending };
}

/** Remembers the organisation for the next visit. */
export function rememberOrganisation(id: string): void {
  localStorage.setItem(REMEMBERED, id);
}

function isOrganisation(value: unknown): value is Organisation {
  const { id, name } = (value ?? {}) as Partial<Organisation>;
  return typeof id === 'string' && typeof name === 'string';
}
