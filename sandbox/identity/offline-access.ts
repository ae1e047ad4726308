const AUTHORIZATION = '/auth?';

/**
 * The target of an authorization request, with `prompt=consent` where it asks for `offline_access`. OpenID Connect Core
 * section 11 gives offline access upon consent or under other conditions; ours is that the client is the company's own,
 * and the provider knows only the first.
 */
export function withOfflineAccess(target: string): string {
  if (!target.startsWith(AUTHORIZATION)) return target;
  const query = new URLSearchParams(target.slice(AUTHORIZATION.length));
  const prompts = words(query.get('prompt'));
  const settled = prompts.includes('none') || prompts.includes('consent');
  if (settled || !words(query.get('scope')).includes('offline_access')) return target;
  query.set('prompt', [...prompts, 'consent'].join(' '));
  return AUTHORIZATION + query.toString();
}

function words(value: string | null): string[] {
  return (value ?? '').split(' ').filter((word) => word !== '');
}
