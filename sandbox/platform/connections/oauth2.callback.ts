import type { Call, Reply, Route } from '../http/route.js';

/** The redirect URI of OAuth 2.0 providers, which requires no token of the platform. */
export const oauth2CallbackRoutes: readonly Route[] = [
  { method: 'GET', path: '/oauth2/callback', isOpen: true, answer: oauth2Callback },
];

/**
 * A page that passes the code and the state to the window that opened it. It accepts an opener of any origin:
 * the state is useless without the connector that it was created for.
 */
function oauth2Callback({ query }: Call): Reply {
  const answer = JSON.stringify(Object.fromEntries(['code', 'state', 'error'].map((name) => [name, query.get(name)])));
  const data = answer.replaceAll('<', '\\u003c');
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox: signed in at the provider</title></head>
<body><h1>Signed in at the provider</h1><p>The window that opened this one continues; you can close this one.</p>
<p>For a client without a window, this is <code>data</code> of the credential:</p><pre id="data"></pre>
<script>const data = ${data}; document.getElementById('data').textContent = JSON.stringify(data); window.opener?.postMessage(data, '*');</script>
</body></html>`;
  return { status: 200, body, type: 'text/html; charset=utf-8' };
}
