import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type Provider } from 'oidc-provider';
import { messagePage, signInPage } from './pages.js';
import { authenticate } from './people.js';

const FORM_MAX_CHARACTERS = 10_000;
const OVER = messagePage('This sign-in is over', 'It took too long or was already used. Go back and begin again.');

/** The sign-in page of the sandbox: shows the form, and handles its submission. */
export class SignIn {
  constructor(private readonly provider: Provider) {}

  /** Handles a request for the page of one attempt. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { params } = await this.provider.interactionDetails(request, response);
      if (request.method === 'POST') return await this.submit(request, response);
      send(response, 200, signInPage(pathOf(request), textOf(params['login_hint'])));
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return send(response, 400, OVER);
      // A browser that disconnects while it sends the form is not an error.
      if (response.destroyed) return;
      console.error('identity:', error);
      send(response, 500, messagePage('That did not work', 'The sandbox failed; its console says why.'));
    }
  }

  private async submit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    const email = form.get('email') ?? '';
    const person = authenticate(email, form.get('password') ?? '');
    if (person === undefined) return send(response, 422, signInPage(pathOf(request), email, true));
    await this.provider.interactionFinished(request, response, { login: { accountId: person.sub, amr: ['pwd'] } });
  }
}

/** Reads a form; one that is longer than the sign-in form can be is truncated, and then does not match. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) if (text.length < FORM_MAX_CHARACTERS) text += String(chunk);
  return new URLSearchParams(text.slice(0, FORM_MAX_CHARACTERS));
}

function send(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').replace(/\?.*/, '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
