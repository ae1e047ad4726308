import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digest } from '../src/crypto/keyring.js';
import type { LogSink } from '../src/observability/log.writer.js';
import { startGateway, type TestGateway } from './support/gateway.js';

const CONNECTOR = '/api/connect/v1/o/01JA000000000000000000DEM0/connectors/01JA00000000000000000SH0P0';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

const lines: string[] = [];
const sink: LogSink = { write: (line: string) => void lines.push(line), dropped: 0 };
let gateway: TestGateway;
beforeEach(() => (lines.length = 0));
afterEach(() => gateway.close());

interface Line {
  readonly log?: string;
  readonly msg: string;
  readonly route?: string;
  readonly operation?: string;
  readonly person?: string | null;
}

const parsed = (): Line[] => lines.map((line) => JSON.parse(line) as Line);
const requests = (): Line[] => parsed().filter(({ msg }) => msg === 'request');
const countOf = (path: string): number => requests().filter(({ route }) => route === path).length;
const audited = (): Line[] => parsed().filter(({ log }) => log === 'audit');
const send = (method: 'get' | 'put' | 'post' | 'delete', path: string, cookie: string) =>
  request(gateway.url)[method](path).set({ Cookie: cookie, 'X-CSRF': '1' });

describe('O6: the audit stream', () => {
  it('records who changed what, and omits reads', async () => {
    gateway = await startGateway({ LOG_LEVEL: 'info' }, sink);
    const cookie = await gateway.signIn();
    await send('get', CONNECTOR, cookie).expect(200);
    const undone = await send('post', `${CONNECTOR}/versions/1.0.0/unpublish`, cookie);
    await send('post', '/auth/logout', cookie).expect(200);
    await expect.poll(() => audited().length).toBe(4);
    const person = digest(`${gateway.identity.issuer}/`, 'person-1');
    expect(audited()).toMatchObject([
      { operation: 'callback', outcome: 'success', person, status: 303 },
      {
        operation: 'unpublishConnector',
        outcome: undone.status < 400 ? 'success' : 'refused',
        person,
        resource: {
          organisation_id: '01JA000000000000000000DEM0',
          connector_id: '01JA00000000000000000SH0P0',
          version: '1.0.0',
        },
        requestId: undone.headers['x-request-id'],
      },
      { operation: 'sessionEnded', outcome: 'success', person, reason: 'logout' },
      { operation: 'logout', outcome: 'success', person },
    ]);
  });

  it('records refused requests: cross-site, without a session, invalid idempotent calls', async () => {
    gateway = await startGateway({ LOG_LEVEL: 'info' }, sink);
    await request(gateway.url).get(CONNECTOR).set('Sec-Fetch-Site', 'cross-site').expect(403);
    await request(gateway.url).delete(CONNECTOR).set('X-CSRF', '1').expect(401);
    await expect.poll(() => audited().length).toBe(2);
    expect(audited()).toMatchObject([
      { outcome: 'refused', status: 403, code: 'cross_site_request', person: null },
      { outcome: 'refused', status: 401, code: 'unauthenticated', person: null },
    ]);
  });

  it('goes to its own file when configured, and reopens it on SIGHUP after rotation', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'audit-'));
    const file = join(directory, 'logs', 'audit.jsonl');
    gateway = await startGateway({ LOG_LEVEL: 'info', AUDIT_LOG: file }, sink);
    await gateway.signIn();
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('"operation":"callback"');
    expect(audited()).toEqual([]);
    renameSync(file, `${file}.1`);
    process.emit('SIGHUP');
    await gateway.signIn();
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('"operation":"callback"');
    expect(readFileSync(`${file}.1`, 'utf8').trim().split('\n')).toHaveLength(1);
    rmSync(directory, { recursive: true });
  });
});

describe('a log line', () => {
  it('contains the trace id, the operation, the error code, the instance and the version', async () => {
    gateway = await startGateway({ LOG_LEVEL: 'info' }, sink);
    const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    await request(gateway.url).get(CONNECTOR).set(headers).expect(401);
    await expect.poll(() => requests().length).toBe(1);
    expect(requests()[0]).toMatchObject({
      traceId: TRACE,
      operation: 'getConnector',
      code: 'unauthenticated',
      instance: expect.stringMatching(/:\d+$/),
      version: expect.stringMatching(/^\d+\.\d+/),
    });
  });

  it('is written for a sample of successes and health checks, and for every failure', async () => {
    gateway = await startGateway({ LOG_LEVEL: 'info', LOG_SUCCESS_RATIO: '0.25', LOG_HEALTH_RATIO: '0' }, sink);
    for (let i = 0; i < 8; i++) {
      await request(gateway.url).get('/auth/session').expect(200);
      await request(gateway.url).get('/health/live').expect(200);
      await request(gateway.url).get('/api/connect/v1/categories').expect(401);
    }
    await expect.poll(() => countOf('/api/connect/v1/categories')).toBe(8);
    expect(countOf('/auth/session')).toBe(2);
    expect(countOf('/health/live')).toBe(0);
  });
});
