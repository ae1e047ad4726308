import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { STYLE } from './page.style.js';
import { PRESS_BUTTON } from './pages.js';

/**
 * Sets the headers of every response: no external script runs, no page is framed, and a form leads to this provider
 * or back to the client. Browsers apply `form-action` to the redirects after a form too, and the client may go on to a
 * frontend on another port of this machine, hence all loopback ports.
 */
export function pageHeaders(redirectUris: readonly string[]): (response: ServerResponse) => void {
  const clients = new Set(redirectUris.map((uri) => new URL(uri).origin));
  const policy = [
    "default-src 'none'",
    `style-src ${source(STYLE)}`,
    `script-src ${source(PRESS_BUTTON)}`,
    `form-action 'self' http://127.0.0.1:* http://localhost:* ${[...clients].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join(';');
  return (response) => {
    response.setHeader('content-security-policy', policy);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'same-origin');
  };
}

function source(inline: string): string {
  return `'sha256-${hash('sha256', inline, 'base64')}'`;
}
