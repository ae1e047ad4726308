import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, it, vi } from 'vitest';
import { UploadDirectory } from '../../src/import/intake/upload.directory.js';
import { startGateway } from '../support/gateway.js';
import { hurrySocketTimeouts } from '../support/socket-timeouts.js';
import { IMPORT } from '../support/upload.js';

it('P9: a stalled upload is aborted with a 408, and leaves no file', async () => {
  const timeouts = hurrySocketTimeouts();
  const gateway = await startGateway();
  try {
    const { hostname, port } = new URL(gateway.url);
    const head = [
      `POST ${IMPORT} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      `Cookie: ${await gateway.signIn()}`,
      'X-CSRF: 1',
      'Content-Type: multipart/form-data; boundary=x',
      'Content-Length: 100000',
    ];
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.write(
      `${head.join('\r\n')}\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n{`,
    );
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('"code":"upload_stalled"');
    const { path } = gateway.app.get(UploadDirectory, { strict: false });
    await vi.waitFor(() => expect(readdirSync(path)).toEqual([]));
  } finally {
    timeouts.restore();
    await gateway.close();
  }
});
