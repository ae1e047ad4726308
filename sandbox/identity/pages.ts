import { Html, html } from './html.js';
import { PASSWORD, PEOPLE } from './people.js';
import { STYLE } from './page.style.js';

/** Submits the page's only form, so that the person need not confirm; without JavaScript the button remains visible. */
export const PRESS_BUTTON = "document.querySelector('button').click()";

/** The sign-in page; `refused` after a wrong e-mail address or password. */
export function signInPage(action: string, email: string, refused = false): string {
  const [demo, other] = PEOPLE;
  return page(
    'Sign in',
    html`<h1>Sign in</h1>
      <p>to go on to the Connect gateway</p>
      ${refused ? REFUSED : ''}
      <div class="note">
        This is a sandbox. <code>${demo.email}</code> with the password <code>${PASSWORD}</code> signs in;
        <code>${other.email}</code>, with the same password, is another person.
      </div>
      <form method="post" action="${action}">
        <label for="email">E-mail</label>
        <input
          id="email"
          name="email"
          type="email"
          value="${email}"
          autocomplete="username"
          required
          autofocus${described(refused)}
        />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required${described(refused)}
        />
        <button type="submit">Sign in</button>
      </form>`,
  );
}

/**
 * The page that ends the session; it submits itself.
 * @param form the provider's own form, as markup
 */
export function signOutPage(form: string): string {
  return page(
    'Signing out',
    html`<h1>Signing out</h1>
      <p>This ends the session with the sandbox.</p>
      ${new Html(form)}
      <button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
      ${inline('script', PRESS_BUTTON)}`,
  );
}

/** A page with a heading and one sentence. */
export function messagePage(heading: string, sentence: string): string {
  return page(
    heading,
    html`<h1>${heading}</h1>
      <p>${sentence}</p>`,
  );
}

const REFUSED = html`<div class="note alert" id="refused" role="alert">
  E-mail and password do not match. Try again.
</div>`;

function described(refused: boolean): Html {
  return refused ? html` aria-invalid="true" aria-describedby="refused"` : html``;
}

/** Exactly the script that the policy's hash covers, including its whitespace. */
function inline(element: 'script' | 'style', text: string): Html {
  return new Html(`<${element}>${text}</${element}>`);
}

function page(title: string, main: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Connect sandbox</title>
        ${inline('style', STYLE)}
      </head>
      <body>
        <main>${main}</main>
      </body>
    </html> `.text;
}
