import type { GatewayRequest, GatewayResponse } from './exchange.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Markup that is safe to send. */
export class Markup {
  constructor(readonly text: string) {}
}

/** Builds markup; values are escaped, unless they are markup themselves. */
export function html(literals: TemplateStringsArray, ...values: (Markup | string | readonly Markup[])[]): Markup {
  const texts = values.map((value) => {
    if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
    return value instanceof Markup ? value.text : value.map(({ text }) => text).join('');
  });
  return new Markup(String.raw({ raw: literals }, ...texts));
}

/** Sends a page for a person to read. */
export function sendPage(res: GatewayResponse, status: number, title: string, main: Markup): void {
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.writeHead(status);
  res.end(page(title, main));
}

/** Whether a person waits for the answer in a window of a browser: scripts ask for any type, or for JSON. */
export function isNavigation({ headers }: GatewayRequest): boolean {
  return headers['sec-fetch-mode'] === 'navigate' || headers.accept?.includes('text/html') === true;
}

function page(title: string, main: Markup): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <meta name="robots" content="noindex" />
        <title>${title} · Connect Gateway</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${main}
        </main>
      </body>
    </html> `.text;
}

const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --muted: #57606a; --page: #f6f8fa; --card: #fff; --line: #d0d7de; --accent: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --muted: #9da7b3; --page: #0d1117; --card: #161b22; --line: #30363d; --accent: #79b8ff; }
}
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 10vh auto; padding: 1.5rem 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
@media (max-width: 38rem) { main { margin: 0; border-width: 0 0 1px; border-radius: 0; } }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.25; }
a { color: var(--accent); }
a.action, button { display: inline-block; padding: .5rem 1rem; border: 1px solid var(--accent); border-radius: .375rem; background: none; color: var(--accent); font: inherit; text-decoration: none; }
a:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.small { color: var(--muted); font-size: .875rem; overflow-wrap: anywhere; }
`;
