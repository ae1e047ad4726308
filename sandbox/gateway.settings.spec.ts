import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frontend, gatewaySettings, identityOptions, localUrl } from './gateway.settings.js';

const MEMORY = { clientSecret: 'remembered', sessionKeys: 'remembered keys', identityPort: 3001, platformPort: 3002 };

describe('the settings of the gateway in the sandbox', () => {
  it('are complete without an environment', () => {
    expect(gatewaySettings(3000, '/data', MEMORY, {})).toEqual({
      HOST: '127.0.0.1',
      PORT: '3000',
      PUBLIC_URL: 'http://127.0.0.1:3000',
      OIDC_CLIENT_ID: 'connect-gateway',
      OIDC_CLIENT_SECRET: 'remembered',
      SESSION_STORE_URL: 'sqlite:/data/sessions.db',
      SESSION_KEYS: 'remembered keys',
    });
  });

  it('follow the environment, except for the port, which is the one that was found', () => {
    const caller = { PORT: '0', PUBLIC_URL: 'https://connect.example', SESSION_STORE_URL: 'redis://127.0.0.1' };
    expect(gatewaySettings(40_000, '/data', MEMORY, caller)).toMatchObject({ ...caller, PORT: '40000' });
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::', 'http://127.0.0.1:3000'],
    ['192.0.2.7', 'http://192.0.2.7:3000'],
  ])('say where to ask a gateway that listens on %s', (HOST, url) => {
    expect(localUrl(gatewaySettings(3000, '/data', MEMORY, { HOST }))).toBe(url);
  });

  it('give the provider the public address of the gateway', () => {
    const settings = gatewaySettings(3000, '/data', MEMORY, { PUBLIC_URL: 'https://connect.example/' });
    expect(identityOptions(settings, '/data', MEMORY)).toMatchObject({
      port: 3001,
      database: '/data/identity.db',
      redirectUris: ['https://connect.example/auth/callback'],
      postLogoutRedirectUris: ['https://connect.example/'],
      backchannelLogoutUri: 'https://connect.example/auth/backchannel-logout',
    });
  });

  it('serve the console if it is built, unless another page is configured', () => {
    const root = mkdtempSync(join(tmpdir(), 'console-'));
    expect(frontend(root, {})).toEqual({});
    const dist = join(root, 'console', 'dist');
    mkdirSync(dist, { recursive: true });
    writeFileSync(join(dist, 'index.html'), '');
    expect(frontend(root, {})).toEqual({ FRONTEND_DIR: dist });
    expect(frontend(root, { HOME_URL: 'https://portal.example' })).toEqual({});
    expect(frontend(root, { FRONTEND_DIR: '/srv/page' })).toEqual({});
    rmSync(root, { recursive: true });
  });
});
