import { dump } from 'js-yaml';
import { once } from 'node:events';
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratchDirectory } from './scratch.mjs';

const GITHUB = join(
  dirname(dirname(fileURLToPath(import.meta.url))),
  'node_modules/@octokit/openapi/generated/api.github.com.json',
);
const BOUNDARY = 'b5f0c1d2e3';

/** Forms with GitHub's API as a document, in JSON and in YAML. */
export function largeForms() {
  if (!existsSync(GITHUB)) throw new Error('The documents are development dependencies: run npm ci first.');
  const directory = scratchDirectory('imports');
  const json = readFileSync(GITHUB);
  return [formOf(directory, 'JSON', json), formOf(directory, 'YAML', Buffer.from(dump(JSON.parse(json))))];
}

/** Streams a form from the disk: making one in memory would block the event loop. */
export async function upload({ url, headers }, form) {
  const req = request(`${url}/api/connect/v1/o/acme/protocols/http/import`, {
    method: 'POST',
    headers: {
      ...headers,
      'X-CSRF': '1',
      'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
      'Content-Length': form.size,
    },
  });
  createReadStream(form.path).pipe(req);
  const [answer] = await once(req, 'response');
  const text = Buffer.concat(await answer.toArray()).toString();
  if (answer.statusCode !== 201) throw new Error(`The import got ${answer.statusCode}: ${text}`);
}

function formOf(directory, title, document) {
  const path = join(directory, title);
  const parts = [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"format":"openapi"}\r\n`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="document"\r\n\r\n`,
    document,
    `\r\n--${BOUNDARY}--\r\n`,
  ];
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part))));
  return { title: `${title}, ${(document.length / 1e6).toFixed(1)} MB`, path, size: statSync(path).size };
}
