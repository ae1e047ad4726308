/** The style of every page; inline, and allowed by its hash, so that a page needs nothing but itself. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #14202b; --soft: #52606d; --line: #8794a1; --card: #fff; --ground: #eef2f6;
  --accent: #0b5cad; --on-accent: #fff; --alert: #a3162a; --alert-ground: #fdecee; --hint-ground: #e8f1fb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --soft: #a9b6c3; --line: #6d7c8b; --card: #1a232c;
  --ground: #10171e; --accent: #7cb8f5; --on-accent: #0b1a29; --alert: #ffb3bb; --alert-ground: #47161d;
  --hint-ground: #1c3147; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 25rem; padding: 2rem; background: var(--card); border-radius: 0.75rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / 0.12), 0 8px 24px rgb(0 0 0 / 0.1); }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0.5rem 0 0; color: var(--soft); }
.note { margin-top: 1.25rem; padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--hint-ground);
  color: var(--ink); font-size: 0.9375rem; }
.note.alert { background: var(--alert-ground); color: var(--alert); }
code { font-size: 0.9375em; overflow-wrap: anywhere; }
form { margin: 0; }
label { display: block; margin-top: 1.25rem; font-weight: 600; }
input { width: 100%; margin-top: 0.375rem; padding: 0.625rem 0.75rem; border: 1px solid var(--line);
  border-radius: 0.5rem; background: transparent; color: inherit; font: inherit; }
button { width: 100%; margin-top: 1.5rem; padding: 0.75rem 1rem; border: 0; border-radius: 0.5rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
input:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
