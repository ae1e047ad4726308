import type { GatewayResponse } from '../http/exchange.js';

/** Redirects the browser and sets cookies. */
export function redirect(res: GatewayResponse, status: 302 | 303 | 307, url: string, cookies: readonly string[]): void {
  if (cookies.length > 0) res.setHeader('Set-Cookie', cookies);
  res.setHeader('Location', url);
  res.writeHead(status);
  res.end();
}
