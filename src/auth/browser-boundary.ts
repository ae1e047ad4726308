import { Problem } from '../http/problem.js';
import type { GatewayRequest } from '../http/exchange.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Checks the origin of a request (defence against cross-site request forgery): Fetch Metadata first, then the Origin
 * header, then a header that no other site can send.
 */
export class BrowserBoundary {
  private readonly origins: ReadonlySet<string>;

  constructor(publicOrigin: string, allowedOrigins: readonly string[]) {
    this.origins = new Set([publicOrigin, ...allowedOrigins]);
  }

  /** @throws Problem 403 `cross_site_request` */
  check(req: GatewayRequest): void {
    const { 'sec-fetch-site': site, origin, 'x-csrf': token } = req.headers;
    // Checked even if Sec-Fetch-Site would admit the request: a browser that gets one right gets the other right.
    if (origin !== undefined)
      return this.origins.has(origin) ? undefined : refuse('This origin may not call the gateway.');
    if (site === 'same-origin' || site === 'none') return;
    if (site !== undefined) refuse('Another site may not call the gateway.');
    if (token === '1' || SAFE_METHODS.has(req.method ?? '')) return;
    refuse('The request does not say where it comes from; send the header X-CSRF: 1.');
  }
}

function refuse(sentence: string): never {
  throw new Problem('cross_site_request', { message: sentence });
}
