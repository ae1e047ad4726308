import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Replicas } from '../support/replicas.js';
import { DOCUMENT, formOf, formSeen, IMPORT } from '../support/upload.js';

/** Other tests start the gateway's threads from TypeScript; this one runs the shipped build. */
describe('the built gateway', () => {
  let replicas: Replicas;
  let cookie: string;
  beforeAll(async () => {
    replicas = await Replicas.start('SQLite');
    cookie = await replicas.signIn();
  });
  afterAll(() => replicas.close());

  const send = (path: string, document: string): Promise<Response> =>
    fetch(replicas.all[0].url + path, {
      method: 'POST',
      headers: { cookie, 'x-csrf': '1' },
      body: formOf(document),
    });

  it('checks a document in a worker thread, and imports it', async () => {
    replicas.platform.answerWith(201, { id: '01J8ZC5W9QK3T7V2M4N6P8R0SA', messages: [] });
    const answer = await send(IMPORT, DOCUMENT);
    expect({ status: answer.status, said: await answer.text() }).toMatchObject({ status: 201 });
    const file = (await formSeen(replicas.platform.last)).get('file') as File;
    expect(await file.text()).toBe(DOCUMENT);
  });

  it('previews a document in YAML', async () => {
    const answer = await send(`${IMPORT}/preview`, 'openapi: 3.1.0\ninfo: { title: Pets, version: "1" }\npaths: {}\n');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ connector: { name: 'Pets' } });
  });

  it('reports the location of a syntax error', async () => {
    const answer = await send(IMPORT, DOCUMENT.replace('"paths":{}', '"paths":[]'));
    expect(answer.status).toBe(400);
    const { messages } = (await answer.json()) as { messages: { detail: string[] }[] };
    expect(messages[0]?.detail.join(' ')).toContain('line 1');
  });
});
