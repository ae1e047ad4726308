import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from '../support/chromium.js';
import { freePort } from '../support/gateway.js';
import { SandboxProcess } from '../support/sandbox-process.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** The sandbox's demo organisation. */
export const ORGANISATION = '01JA000000000000000000DEM0';
/** Patience for what the page does by itself; nothing is measured. */
export const PATIENT = { timeout: 20_000 };

/** What `npm start` serves, in Chromium, with a connection to the platform that can be broken. */
export class ConsoleSandbox {
  /** Errors that the page did not handle, and requests that its policy stopped. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly sandbox: SandboxProcess,
    private readonly data: string,
    readonly platform: TcpProxy,
    private readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async start(): Promise<ConsoleSandbox> {
    const data = mkdtempSync(join(tmpdir(), 'console-'));
    const [platformPort, identityPort] = [await freePort(), await freePort()];
    writeFileSync(join(data, 'sandbox.json'), JSON.stringify({ platformPort, identityPort }));
    const platform = await TcpProxy.start(platformPort);
    const [sandbox, browser] = await Promise.all([
      SandboxProcess.start({ DATA_DIR: data, PLATFORM_URL: `http://127.0.0.1:${platform.port}/api/connect/v1` }),
      chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] }),
    ]);
    const context = await browser.newContext({ viewport: { width: 1100, height: 760 }, locale: 'en-GB' });
    context.setDefaultTimeout(PATIENT.timeout);
    const page = await context.newPage();
    const own = new ConsoleSandbox(sandbox, data, platform, browser, context, page);
    page.on('pageerror', (error) => void own.complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Warning:|unique "key"/.test(message.text())) own.complaints.push(message.text());
    });
    return own;
  }

  get url(): string {
    return this.sandbox.url;
  }

  /** Opens the page and signs in as it asks to. */
  async signIn(path = '/'): Promise<void> {
    await this.page.goto(this.url + path);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByLabel('E-mail').fill('demo@example.com');
    await this.page.getByLabel('Password').fill('demo');
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('link', { name: 'Demo Person' }).waitFor();
  }

  open(path: string): Promise<unknown> {
    return this.page.goto(`${this.url}/o/${ORGANISATION}${path}`);
  }

  /** Calls the gateway as the same person elsewhere. */
  async elsewhere(method: string, path: string, body?: unknown): Promise<unknown> {
    const cookies = await this.context.cookies(this.url);
    const cookie = cookies.find(({ name }) => name === 'session');
    const answer = await fetch(this.url + path, {
      method,
      headers: { 'x-csrf': '1', cookie: `${cookie?.name}=${cookie?.value}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.sandbox.close();
    await this.platform.close();
    rmSync(this.data, { recursive: true, force: true });
  }
}
