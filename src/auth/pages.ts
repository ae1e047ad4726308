import { createHash } from 'node:crypto';
import type { GatewayRequest, GatewayResponse } from '../http/exchange.js';
import { html, Markup, sendPage } from '../http/page.js';
import type { Problem } from '../http/problem.js';
import type { Person } from '../identity/person.js';
import { LOGIN_PATH } from '../session/unauthenticated.js';
import type { LogoutForm } from './sign-out.js';

/** The page for a failed sign-in: the reason, a link to start again, and the id to search the log for. */
export function sendFailedPage(req: GatewayRequest, res: GatewayResponse, problem: Problem): void {
  const { retryAfterSeconds } = problem.extras;
  if (retryAfterSeconds !== undefined) res.setHeader('Retry-After', String(retryAfterSeconds));
  sendPage(
    res,
    problem.status,
    problem.code === 'invalid_return_to' ? 'This link does not work' : 'You are not signed in',
    html`<p>${problem.message}</p>
      <p><a class="action" href="${LOGIN_PATH}">Sign in again</a></p>
      <p class="small">
        If it happens again, tell your administrators this request id: <code>${req.requestId}</code> (${problem.code})
      </p>`,
  );
}

/** The page at the end of a sign-out. */
export function sendSignedOutPage(res: GatewayResponse): void {
  sendPage(
    res,
    200,
    'You are signed out',
    html`<p>
        Your session here has ended. On a shared computer, close the browser as well: your company’s sign-in page may
        still know you.
      </p>
      <p><a class="action" href="${LOGIN_PATH}">Sign in</a></p>`,
  );
}

/** The page at `/` of a gateway that serves no frontend. */
export function sendHomePage(res: GatewayResponse, person: Person | undefined): void {
  const name = person?.name ?? person?.email ?? person?.subject;
  sendPage(
    res,
    200,
    'Connect Gateway',
    html`<p>
        This is the gateway to the Connect API for web applications. It has no page of its own to work with; your
        application does.
      </p>
      ${
        name === undefined
          ? html`<p>You are not signed in.</p>
              <p><a class="action" href="${LOGIN_PATH}?returnTo=/">Sign in</a></p>`
          : html`<p>You are signed in as <strong>${name}</strong>.</p>`
      }
      <p class="small">For developers: <a href="/docs">the API reference</a>.</p>`,
  );
}

/** A form that submits itself; the only place where an id_token passes through a browser, and only if enabled. */
export function sendLogoutForm(res: GatewayResponse, { action, idToken }: LogoutForm): void {
  const hash = createHash('sha256').update(SUBMIT).digest('base64');
  // The provider may redirect the browser; browsers check each redirect against form-action.
  res.setHeader(
    'Content-Security-Policy',
    `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'`,
  );
  res.setHeader('Referrer-Policy', 'no-referrer');
  const fields = [...action.searchParams, ['id_token_hint', idToken] as const].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  sendPage(
    res,
    200,
    'Signing you out',
    html`<form id="logout" method="post" action="${action.origin + action.pathname}">
        ${fields}
        <p>Your session here has ended.</p>
        <p><button type="submit">Sign out of your company’s sign-in page too</button></p>
      </form>
      ${SUBMIT_SCRIPT}`,
  );
}

const SUBMIT = "document.getElementById('logout').submit()";
/** Exactly the script that the policy's hash covers, including its whitespace. */
const SUBMIT_SCRIPT = new Markup(`<script>${SUBMIT}</script>`);
