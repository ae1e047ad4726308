import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, request as sendRequest, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { resolve } from 'node:path';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeIdentity } from './support/fake-identity.js';
import { FakePlatform } from './support/fake-platform.js';
import { freePort, settingsFor, startGateway } from './support/gateway.js';

const tls = (file: string): string => resolve('test/support/tls', file);

const closing: Server[] = [];
afterEach(() => {
  for (const server of closing.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server): Promise<number> {
  closing.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** A forward proxy (RFC 9110, sections 3.7 and 9.3.6) that records its requests. */
async function startProxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((req, res) => {
    asked.push(`${new URL(req.url ?? '').host} ${req.headers['proxy-authorization'] ?? ''}`.trim());
    const { method, headers, url = '' } = req;
    const upstream = sendRequest(url, { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(res);
    });
    req.pipe(upstream);
  });
  server.on('connect', (req, socket, head) => {
    asked.push(`${req.url} ${req.headers['proxy-authorization'] ?? ''}`.trim());
    const [host, port] = (req.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) end.on('error', () => void [socket, upstream].map((one) => one.destroy()));
  });
  return { url: `http://me:secret@127.0.0.1:${await listening(server)}`, asked };
}

/** A platform with a certificate of a private certificate authority. */
async function startSecurePlatform(): Promise<string> {
  const server = createTlsServer({ key: readFileSync(tls('server.key')), cert: readFileSync(tls('server.pem')) });
  server.on('request', (_req, res) => res.writeHead(401, { 'content-type': 'application/json' }).end('{}'));
  return `https://localhost:${await listening(server)}/api/connect/v1`;
}

async function checkOf(env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [resolve('dist/src/main.js'), 'check'], { env });
  let output = '';
  child.stdout.on('data', (text) => (output += String(text)));
  await once(child, 'exit');
  return output;
}

describe('an egress proxy', () => {
  it('carries calls to the platform and the provider, but not to NO_PROXY', async () => {
    const proxy = await startProxy();
    const viaProxy = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url };
    const platformUrl = await startSecurePlatform();
    const [platform, identity] = await Promise.all([FakePlatform.start(), FakeIdentity.start()]);
    const settings = {
      ...settingsFor(await freePort(), platform, identity),
      PLATFORM_URL: platformUrl,
      CA_CERTIFICATES: tls('ca.pem'),
    };
    expect(await checkOf({ ...settings, HTTPS_PROXY: proxy.url })).toMatch(/Platform\s+ok/);
    const { host } = new URL(platformUrl);
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect(proxy.asked).toEqual([`${host} ${authorization}`]);
    proxy.asked.length = 0;
    expect(await checkOf({ ...settings, ...viaProxy, NO_PROXY: 'localhost,127.0.0.1' })).toMatch(/Platform\s+ok/);
    expect(proxy.asked).toEqual([]);
    await Promise.all([platform.close(), identity.close()]);
  });

  it('carries the calls of signed-in people with unchanged bodies and responses', async () => {
    const proxy = await startProxy();
    const gateway = await startGateway({ HTTP_PROXY: proxy.url });
    const cookie = await gateway.signIn();
    expect(proxy.asked.map((line) => line.split(' ')[0])).toContain(new URL(gateway.identity.issuer).host);
    proxy.asked.length = 0;
    const sent = '{ "name": "2.0.0-rc.1" }';
    await request(gateway.url)
      .post('/api/connect/v1/o/01JA000000000000000000DEM0/connectors/01JA00000000000000000SH0P0/versions')
      .set({ Cookie: cookie, 'X-CSRF': '1', 'Content-Type': 'application/json' })
      .send(sent)
      .expect(201);
    expect(gateway.platform.last.body.toString()).toBe(sent);
    expect(proxy.asked[0]).toContain(new URL(gateway.platform.url).host);
    await gateway.close();
  });
});

describe('a private certificate authority', () => {
  it('is trusted where CA_CERTIFICATES names it, and only there', async () => {
    const platformUrl = await startSecurePlatform();
    const [platform, identity] = await Promise.all([FakePlatform.start(), FakeIdentity.start()]);
    const settings = { ...settingsFor(await freePort(), platform, identity), PLATFORM_URL: platformUrl };
    expect(await checkOf(settings)).toMatch(/Platform\s+FAILED .*(certificate|CERT)/);
    expect(await checkOf({ ...settings, CA_CERTIFICATES: tls('ca.pem') })).toMatch(/Platform\s+ok/);
    await Promise.all([platform.close(), identity.close()]);
  });
});

describe('PLATFORM_CALLER_HEADERS', () => {
  const forged = { 'x-connect-gateway-client-address': '6.6.6.6', 'x-connect-gateway-client-agent': 'forged' };

  it.each([
    ['true', 'a browser', /^(::ffff:)?127\.0\.0\.1$/],
    ['false', undefined, undefined],
  ])(
    '%s: the platform is sent the address and the user agent, never those that a request brings',
    async (value, agent, address) => {
      const gateway = await startGateway({ PLATFORM_CALLER_HEADERS: value });
      const cookie = await gateway.signIn();
      const headers = { ...forged, Cookie: cookie, 'User-Agent': 'a browser' };
      await request(gateway.url).get('/api/connect/v1/categories').set(headers).expect(200);
      const seen = gateway.platform.last.headers;
      await gateway.close();
      expect(seen['x-connect-gateway-client-agent']).toBe(agent);
      if (address === undefined) expect(seen['x-connect-gateway-client-address']).toBeUndefined();
      else expect(seen['x-connect-gateway-client-address']).toMatch(address);
    },
  );
});
