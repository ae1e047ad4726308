import type { ErrorEntry, ErrorGroup } from './errors.reference.js';

const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --back: #ffffff; --mark: #fff3c4; --link: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9aa5b1; --line: #3d444d; --back: #0d1117; --mark: #3b2e00; --link: #79b8ff; }
}
body { margin: 0 auto; padding: 1rem; max-width: 48rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
a { color: var(--link); }
code { font-family: ui-monospace, monospace; font-size: 0.95em; overflow-wrap: anywhere; }
section { margin-top: 2rem; }
article { padding: 0.25rem 0.75rem; border-left: 3px solid var(--line); margin: 1rem 0; }
article:target { background: var(--mark); border-color: var(--link); }
h3 { margin: 0.25rem 0; font-size: 1rem; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover, h3 a:focus { text-decoration: underline; }
p { margin: 0.25rem 0; }
.soft { color: var(--soft); font-size: 0.9rem; }
`;

/** The page that the `type` of every problem leads to: one anchor per code. */
export function toPage(groups: readonly ErrorGroup[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Errors · Connect Gateway</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Errors</h1>
<p>Every answer that is not a success has a <code>code</code>; its <code>type</code> leads here. <a href="/docs">API reference</a></p>
</header>
<main>
${groups.map(sectionOf).join('\n')}
<section>
<h2>Any other code</h2>
<p>The platform's contract lists no codes, so it may send others. The gateway passes them on with the platform's status
and message; treat them by their status.</p>
</section>
</main>
</body>
</html>
`;
}

function sectionOf({ title, entries }: ErrorGroup): string {
  return `<section><h2>${toHtml(title)}</h2>\n${entries.map(articleOf).join('\n')}\n</section>`;
}

function articleOf({ code, status, message, remedy, where }: ErrorEntry): string {
  return `<article id="${code}">
<h3><a href="#${code}"><code>${code}</code></a> · ${status}</h3>
<p>${toHtml(message)}</p>
<p>${toHtml(remedy)}</p>
<p class="soft">Where: ${toHtml(where)}</p>
</article>`;
}

/** Escapes text, and sets what is between backticks as code. */
function toHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return escaped.replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
