import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UploadDirectory } from '../../src/import/intake/upload.directory.js';
import { freePort, startGateway, type TestGateway } from '../support/gateway.js';
import { type RawBehaviour, RawPlatform } from '../support/raw-platform.js';
import { DOCUMENT, IMPORT } from '../support/upload.js';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n';

/** Sends a byte now and then until the connection closes. */
const dripping: RawBehaviour = (socket) => {
  socket.write(HEAD + DOCUMENT);
  const drip = setInterval(() => socket.write(' '), 50);
  socket.on('close', () => clearInterval(drip));
};

describe('a document in a remote storage', () => {
  let storage: RawPlatform;
  let gateway: TestGateway;
  let cookie: string;
  let nobody: string;

  beforeAll(async () => {
    storage = await RawPlatform.start();
    nobody = `http://127.0.0.1:${await freePort()}`;
    const IMPORT_ORIGINS = `${new URL(storage.url).origin},${nobody}`;
    gateway = await startGateway({ IMPORT_ORIGINS, PLATFORM_TIMEOUT_MS: '400' });
    cookie = await gateway.signIn();
  });
  afterAll(async () => {
    await gateway.close();
    await storage.close();
  });

  const preview = (schemaURL: string): Promise<Response> =>
    fetch(`${gateway.url}${IMPORT}/preview`, {
      method: 'POST',
      headers: { cookie, 'x-csrf': '1', 'content-type': 'application/json' },
      body: JSON.stringify({ schemaURL, format: 'openapi' }),
    });

  it.each<[string, RawBehaviour]>([
    ['says nothing', () => undefined],
    ['is no HTTP server', (socket) => void socket.end('220 storage ESMTP\r\n')],
    ['breaks off before the document', (socket) => void socket.resetAndDestroy()],
    ['breaks off in the middle of it', (socket) => void socket.end(HEAD + DOCUMENT)],
    ['stops in the middle of it', (socket) => void socket.write(HEAD + DOCUMENT)],
    ['sends it without an end', dripping],
  ])('E2: causes a 502 when the storage %s, and leaves no file', async (_what, behaviour) => {
    storage.behave(behaviour);
    const answer = await preview(storage.url);
    expect(await answer.json()).toMatchObject({ status: 502, code: 'document_unreachable' });
    expect(readdirSync(gateway.app.get(UploadDirectory, { strict: false }).path)).toEqual([]);
  });

  it('E2: causes a 502 when the storage is unreachable', async () => {
    expect(await (await preview(nobody)).json()).toMatchObject({ status: 502, code: 'document_unreachable' });
  });
});
