import type { GatewayRequest } from '../http/exchange.js';
import type { LoginQuery } from './auth.dto.js';

/** Whether a browser only prefetches a navigation that the person may never make (Fetch, `Sec-Purpose`). */
export function isPrefetch({ headers }: GatewayRequest): boolean {
  const purposes = [headers['sec-purpose'], headers['purpose'], headers['x-moz']];
  return purposes.some((purpose) => typeof purpose === 'string' && /\bprefetch\b/i.test(purpose));
}

/**
 * The same sign-in under the gateway's public host name; undefined if the browser used that name. Cookies belong to a
 * host name, and the provider redirects to the public one: an attempt that began at `localhost` is unknown at
 * `127.0.0.1`. Redirects once only: behind a proxy that always rewrites Host it would loop for ever.
 */
export function publicAddressOf(req: GatewayRequest, publicUrl: URL, { redirected }: LoginQuery): string | undefined {
  const hostname = req.hostname?.toLowerCase();
  if (redirected !== undefined || hostname === undefined || hostname === publicUrl.hostname) return undefined;
  const target = new URL(`${publicUrl.origin}${req.path}`);
  target.search = (req.url ?? '').slice(req.path.length);
  target.searchParams.set('redirected', '1');
  return target.href;
}
