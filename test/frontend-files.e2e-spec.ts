import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Frontend } from '../src/frontend/frontend.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';
import { raw } from './support/raw.js';

const PAGE = '<!doctype html><title>Shop</title><script type="module" src="/assets/index-DiwrgTda.js"></script>';
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2_000))});`;
const NAVIGATION = { Accept: 'text/html,*/*;q=0.8', 'Sec-Fetch-Mode': 'navigate' };

let directory: string;
let gateway: TestGateway;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'frontend-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), PAGE);
  writeFileSync(join(directory, '.env'), 'SECRET=1');
  writeFileSync(join(directory, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(directory, 'naïve name.txt'), 'text');
  const script = join(directory, 'assets', 'index-DiwrgTda.js');
  writeFileSync(script, SCRIPT);
  writeFileSync(`${script}.br`, brotliCompressSync(SCRIPT));
  writeFileSync(`${script}.gz`, gzipSync(SCRIPT));
  gateway = await startGateway({ FRONTEND_DIR: directory, IMPORT_ORIGINS: 'https://storage.example' });
});
afterAll(async () => {
  await gateway.close();
  rmSync(directory, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => request(gateway.url).get(path).set(headers);

describe('FRONTEND_DIR', () => {
  it.each(['/', '/connectors', '/connectors/01J/versions/1.0.0', '/search?q=a.b'])(
    'answers a navigation to %s with the page, uncached and with a strict Content-Security-Policy',
    async (path) => {
      const answer = await get(path, NAVIGATION);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(PAGE);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      });
      expect(answer.headers['x-request-id']).toBeDefined();
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain(`connect-src 'self' ${new URL(gateway.platform.url).origin} https://storage.example;`);
      expect(policy).not.toContain('unsafe-inline');
    },
  );

  it('caches files with hashed names as immutable, and lets the others be revalidated', async () => {
    const script = await get('/assets/index-DiwrgTda.js', { 'Accept-Encoding': 'identity' });
    expect([script.status, script.text]).toEqual([200, SCRIPT]);
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'Accept-Encoding',
    });
    const icon = await get('/favicon.svg');
    expect(icon.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'image/svg+xml' });
    const again = await get('/favicon.svg', { 'If-None-Match': String(icon.headers['etag']) });
    expect(again.status).toBe(304);
    expect((await get('/na%C3%AFve%20name.txt')).text).toBe('text');
  });

  it.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['br', 'gzip, deflate, br, zstd'],
    ['gzip', 'gzip, br;q=0'],
  ])('serves the precompressed %s file for Accept-Encoding: %s', async (encoding, accepted) => {
    const answer = await fetch(`${gateway.url}/assets/index-DiwrgTda.js`, { headers: { 'Accept-Encoding': accepted } });
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await answer.text()).toBe(SCRIPT);
  });

  it.each(['/api/nothing', '/api/connect/v1/nothing', '/auth/nothing', '/health/nothing', '/docs/nothing', '/metrics'])(
    'never serves the page under %s',
    async (path) => {
      expectProblem(await get(path, NAVIGATION), 404, 'route_not_found');
    },
  );

  it.each([
    ['a file that is missing', '/assets/old-AAAAAAAA.js', {}],
    ['a call of a script', '/connectors', { Accept: 'application/json', 'Sec-Fetch-Mode': 'cors' }],
    ['a fetch without an Accept header', '/connectors', { 'Sec-Fetch-Mode': 'cors' }],
    ['a hidden file', '/.env', {}],
    ['a navigation to a hidden file', '/.git/config', NAVIGATION],
  ])('answers %s with a 404 problem instead of the page', async (_what, path, headers) => {
    expectProblem(await get(path, headers), 404, 'route_not_found');
  });

  it('serves nothing from outside its directory', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fpackage.json',
      '/..%5cpackage.json',
    ]) {
      const answer = await raw(gateway.url, `GET ${path} HTTP/1.1`);
      expect([400, 404]).toContain(answer.status);
    }
  });

  it('answers a POST to a page with 404, and the API as usual', async () => {
    expectProblem(await request(gateway.url).post('/connectors').set('X-CSRF', '1'), 404, 'route_not_found');
    expectProblem(await get('/api/connect/v1/categories'), 401, 'unauthenticated');
    expectProblem(await request(gateway.url).put('/auth/session'), 405, 'method_not_allowed');
  });

  it('is checked at startup', () => {
    expect(() => new Frontend(join(directory, 'assets'), [])).toThrow('there is no index.html in');
    expect(() => new Frontend(join(directory, 'nowhere'), [])).toThrow('cannot be read');
  });

  it('keeps serving when a file was removed after startup', async () => {
    rmSync(join(directory, 'favicon.svg'));
    expect((await get('/favicon.svg')).status).toBe(404);
    expect((await get('/', NAVIGATION)).status).toBe(200);
  });
});
