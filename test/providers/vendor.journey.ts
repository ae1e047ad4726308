import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import type { INestApplication } from '@nestjs/common';
import { createGateway } from '../../src/app.setup.js';
import { Config } from '../../src/config/config.js';
import { CookieJar } from '../support/cookie-jar.js';
import { FakePlatform } from '../support/fake-platform.js';
import { freePort } from '../support/gateway.js';
import type { Vendor } from './vendor.js';
import { CLIENT_ID, CLIENT_SECRET, VendorProvider } from './vendor.provider.js';

const CATEGORIES = '/api/connect/v1/categories';
const MOST_STEPS = 12;

/** The response of `/auth/session`. */
export interface SessionState {
  readonly authenticated: boolean;
  readonly user?: { readonly name?: string; readonly email?: string };
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly reason?: string;
}

/** The page at which a browser has arrived. */
export interface Landing {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

/** A gateway with one vendor's provider, and a browser that goes through it. */
export class VendorJourney {
  readonly log: string[] = [];
  browser = new CookieJar();

  private constructor(
    readonly url: string,
    readonly provider: VendorProvider,
    readonly platform: FakePlatform,
    private readonly app: INestApplication,
    log: string[],
  ) {
    this.log = log;
  }

  /** Starts both with the documented settings for the vendor; `settings` take precedence. */
  static async start(vendor: Vendor, settings: Record<string, string> = {}): Promise<VendorJourney> {
    const platform = await FakePlatform.start();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const provider = await VendorProvider.start(vendor, url);
    provider.frontchannelLogoutUri = `${url}/auth/frontchannel-logout`;
    const log: string[] = [];
    const sink = Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), {
      write: (line: string) => log.push(line) > 0,
      flush: () => undefined,
    });
    const config = new Config({
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      PLATFORM_URL: platform.url,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      ...credentialsFor(provider),
      SESSION_STORE_URL: 'sqlite::memory:',
      SESSION_KEYS: randomBytes(32).toString('base64'),
      SESSION_IDLE_SECONDS: '1000000',
      SESSION_MAX_SECONDS: '1000000',
      LOG_LEVEL: 'info',
      ...vendor.settings(provider.origin),
      ...settings,
    });
    const app = await createGateway(config, sink as never);
    await app.listen(config.port, config.host);
    return new VendorJourney(url, provider, platform, app, log);
  }

  /** Resets the journey: a browser without cookies, an empty log. */
  begin(): void {
    this.browser = new CookieJar();
    this.log.length = 0;
    this.provider.begin();
  }

  async close(): Promise<void> {
    await this.app.close();
    await Promise.all([this.provider.close(), this.platform.close()]);
  }

  /** Follows an address as a browser does: redirects, a form that posts itself, the frames of a logout page. */
  async visit(address: string | URL, init: RequestInit = {}): Promise<Landing> {
    let url = new URL(address, this.url);
    let response = await this.ask(url, init);
    for (let step = 0; step < MOST_STEPS; step++) {
      const location = response.headers.get('location');
      const text = location === null ? await response.text() : '';
      const form = /<form id="logout" method="post" action="([^"]+)"/.exec(text)?.[1];
      const frame = /<iframe src="([^"]+)"/.exec(text)?.[1];
      const next = location ?? form ?? (frame && /<a href="([^"]+)"/.exec(text)?.[1]);
      if (next === undefined || next === '') return { url, status: response.status, text };
      // A frame of another site gets none of the gateway's cookies (SameSite=Lax).
      if (frame !== undefined) await fetch(frame.replaceAll('&amp;', '&'));
      url = new URL(next.replaceAll('&amp;', '&'), url);
      response = await this.ask(url, form === undefined ? {} : { method: 'POST', body: hiddenFieldsOf(text) });
    }
    throw new Error(`the browser goes round in circles, now at ${url.origin}${url.pathname}`);
  }

  signIn(returnTo = '/signed-in'): Promise<Landing> {
    return this.visit(`/auth/login?returnTo=${encodeURIComponent(returnTo)}`);
  }

  call(): Promise<Response> {
    return this.browser.fetch(this.url + CATEGORIES, { headers: { 'x-csrf': '1' } });
  }

  async session(): Promise<SessionState> {
    return (await (await this.browser.fetch(`${this.url}/auth/session`)).json()) as SessionState;
  }

  async logout(returnTo?: string): Promise<Landing> {
    const query = returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
    const init = { method: 'POST', headers: { 'x-csrf': '1' } };
    const answer = await this.browser.fetch(`${this.url}/auth/logout${query}`, init);
    const { logoutUrl } = (await answer.json()) as { logoutUrl: string };
    return this.visit(logoutUrl);
  }

  /** The bearer token that the platform was sent last. */
  get forwarded(): string {
    return String(this.platform.last.headers.authorization).slice('Bearer '.length);
  }

  /** The log lines with a message. */
  logged(message: string): Record<string, unknown>[] {
    const lines = this.log.flatMap((text) => text.split('\n')).filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === message);
  }

  private ask(url: URL, init: RequestInit): Promise<Response> {
    const headers = { accept: 'text/html' };
    return this.browser.fetch(url, { ...init, headers });
  }
}

function credentialsFor(provider: VendorProvider): Record<string, string> {
  if (!provider.vendor.clientAuth.includes('private_key_jwt')) return { OIDC_CLIENT_SECRET: CLIENT_SECRET };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  provider.clientKey = createPublicKey(privateKey).export({ format: 'jwk' });
  return { OIDC_CLIENT_KEY: String(privateKey.export({ format: 'pem', type: 'pkcs8' })), OIDC_CLIENT_KEY_ID: 'key-1' };
}

function hiddenFieldsOf(text: string): URLSearchParams {
  const fields = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return new URLSearchParams(
    fields.map(([, name = '', value = '']): [string, string] => [name, value.replaceAll('&amp;', '&')]),
  );
}
