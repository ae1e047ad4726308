import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { CookieJar } from './cookie-jar.js';
import { freePort } from './gateway.js';

/** The package's database schema of an empty installation. */
const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
const ADMINISTRATOR = { username: 'admin', password: 'password' };
const START_MS = 10_000;
const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/** The person of the installation. */
export const ADA = { username: 'ada', password: 'a-password', name: 'Ada Example', email: 'ada@acme.example' };
export const GLEWLWYD_SECRET = 'a-client-secret';

/** Whether glewlwyd is installed. With `CI` set, a missing installation is an error. */
export function hasGlewlwyd(): boolean {
  const isThere = existsSync(SCHEMA) && spawnSync('glewlwyd', ['--version']).error === undefined;
  if (!isThere && process.env['CI'] !== undefined)
    throw new Error('the tests need an identity provider of its own making: apt-get install glewlwyd');
  return isThere;
}

/**
 * glewlwyd, an OpenID provider from Debian, unmodified: one plugin, one client, one person. Its sign-in page is a program in
 * the browser; this class sends the same requests to the provider's API.
 */
export class Glewlwyd {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly directory: string,
  ) {}

  /** @param gateway the origin that the client is registered with */
  static async start(gateway: string): Promise<Glewlwyd> {
    const directory = mkdtempSync(join(tmpdir(), 'gateway-glewlwyd-'));
    const database = join(directory, 'glewlwyd.db');
    const tables = new DatabaseSync(database);
    tables.exec(readFileSync(SCHEMA, 'utf8'));
    tables.close();
    const port = await freePort();
    const file = join(directory, 'glewlwyd.conf');
    writeFileSync(file, configuration(port, database));
    const child = spawn('glewlwyd', ['--config-file', file], { stdio: 'ignore' });
    const glewlwyd = new Glewlwyd(`http://127.0.0.1:${port}`, child, directory);
    for (const deadline = Date.now() + START_MS; !(await glewlwyd.answers()); await sleep(50))
      if (Date.now() > deadline || child.exitCode !== null) throw new Error('glewlwyd did not start');
    await glewlwyd.setUp(gateway);
    return glewlwyd;
  }

  get issuer(): string {
    return `${this.url}/api/oidc`;
  }

  async close(): Promise<void> {
    this.process.kill('SIGTERM');
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Signs the person in for an authorization request of a browser, and returns the callback URL. */
  async signIn(authorizationUrl: string, browser: CookieJar): Promise<URL> {
    const asked = await browser.fetch(authorizationUrl);
    const login = new URL(asked.headers.get('location') ?? '');
    if (login.pathname !== '/login.html') return login;
    await this.ask('POST', '/auth/', { username: ADA.username, password: ADA.password }, browser);
    await this.ask('PUT', '/auth/grant/connect-gateway', { scope: SCOPES.join(' ') }, browser);
    const answer = await browser.fetch(`${login.searchParams.get('callback_url')}&g_continue`);
    return new URL(answer.headers.get('location') ?? '');
  }

  /** Ends the person's newest session, as the provider's logout page does; the provider notifies its clients. */
  async endSession(browser: CookieJar): Promise<void> {
    const tables = new DatabaseSync(join(this.directory, 'glewlwyd.db'), { readOnly: true });
    const newest = tables.prepare('SELECT gpoi_sid AS sid FROM gpo_id_token ORDER BY gpoi_id DESC LIMIT 1').get();
    tables.close();
    await this.ask('DELETE', `/oidc/session/${String(newest?.['sid'])}/`, {}, browser);
  }

  private async answers(): Promise<boolean> {
    const answer = await fetch(`${this.url}/config`).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  }

  private async setUp(gateway: string): Promise<void> {
    const administrator = new CookieJar();
    await this.ask('POST', '/auth/', ADMINISTRATOR, administrator);
    const plugin = {
      module: 'oidc',
      name: 'oidc',
      display_name: 'OpenID Connect',
      parameters: parameters(this.issuer),
    };
    await this.ask('POST', '/mod/plugin/', plugin, administrator);
    for (const name of SCOPES.filter((scope) => scope !== 'openid')) {
      const scope = { name, display_name: name, description: name, password_required: true, password_max_age: 0 };
      await this.ask('POST', '/scope/', { ...scope, scheme: {} }, administrator);
    }
    await this.ask('POST', '/user/', { ...ADA, enabled: true, scope: [...SCOPES, 'g_profile'] }, administrator);
    const client = {
      client_id: 'connect-gateway',
      name: 'Connect Gateway',
      confidential: true,
      enabled: true,
      password: GLEWLWYD_SECRET,
      scope: [],
      redirect_uri: [`${gateway}/auth/callback`],
      authorization_type: ['code', 'refresh_token'],
      token_endpoint_auth_method: ['client_secret_basic'],
      backchannel_logout_uri: `${gateway}/auth/backchannel-logout`,
    };
    await this.ask('POST', '/client/', client, administrator);
  }

  private async ask(method: string, path: string, body: object, browser: CookieJar): Promise<void> {
    const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await browser.fetch(`${this.url}/api${path}`, init);
    if (!answer.ok) throw new Error(`glewlwyd: ${method} ${path}: ${answer.status} ${await answer.text()}`);
    await answer.body?.cancel();
  }
}

function parameters(issuer: string): object {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    iss: issuer,
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: publicKey.export({ type: 'spki', format: 'pem' }),
    'access-token-duration': 3_600,
    'refresh-token-duration': 86_400,
    'code-duration': 600,
    'refresh-token-rolling': false,
    'refresh-token-one-use': 'always',
    'auth-type-code-enabled': true,
    'auth-type-code-revoke-replayed': true,
    'auth-type-refresh-enabled': true,
    'subject-type': 'public',
    'name-claim': 'on-demand',
    'name-claim-scope': ['profile'],
    'email-claim': 'on-demand',
    'email-claim-scope': ['email'],
    'allowed-scope': SCOPES,
    'pkce-allowed': true,
    'pkce-method-plain-allowed': false,
    'introspection-revocation-allowed': true,
    'introspection-revocation-allow-target-client': true,
    'jwks-show': true,
    'session-management-allowed': true,
    'session-cookie-name': 'glewlwyd_oidc_session',
    'session-cookie-expiration': 86_400,
    'front-channel-logout-allowed': true,
    'back-channel-logout-allowed': true,
    'oauth-as-iss-id': true,
  };
}

function configuration(port: number, database: string): string {
  const modules = '/usr/lib/glewlwyd';
  return `port=${port}
bind_address="127.0.0.1"
external_url="http://127.0.0.1:${port}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="ERROR"
cookie_secure=0
session_expiration=86400
session_key="glewlwyd_session"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="${modules}/user"
user_middleware_module_path="${modules}/user_middleware"
client_module_path="${modules}/client"
user_auth_scheme_module_path="${modules}/scheme"
plugin_module_path="${modules}/plugin"
hash_algorithm="SHA512"
database = { type = "sqlite3"; path = "${database}"; };
`;
}
