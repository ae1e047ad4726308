import { describe, expect, it } from 'vitest';
import * as api from '@connect-gateway/client';
import { LIBRARY_CONNECTOR_ID } from '../../../sandbox/platform/seed/seed.ids.js';
import { must, refused } from '../client-outcome.js';
import { ORGANISATION, type Story } from './story.js';

const DOCUMENT = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Imported', version: '3.0' },
  servers: [{ url: 'https://imported.example' }],
  paths: { '/things': { get: { operationId: 'listThings', responses: { 200: { description: 'Things' } } } } },
});

/** Connectors come from the library and from documents. */
export function importsChapter(story: Story): void {
  /** Uploads the document to the URL that the platform returns. */
  async function upload(): Promise<string> {
    const query = { content_type: 'application/json', content_length: String(DOCUMENT.length) };
    const path = { ...ORGANISATION.path, protocol_slug: 'http' };
    const { uploadUrl, url } = await must(api.getProtocolUploadURL({ path, query }));
    expect(uploadUrl).toContain(story.platformUrl());
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(uploadUrl, { method: 'PUT', headers, body: DOCUMENT })).status).toBe(200);
    return url;
  }

  describe('an import', () => {
    it('copies a version from the library as a draft', async () => {
      const path = { ...ORGANISATION.path, connector_id: LIBRARY_CONNECTOR_ID, version: '2.0.0' };
      const connector = await must(api.importPublicConnectorVersion({ path }));
      expect(connector).toMatchObject({ name: 'Orbit CRM', versions: [{ name: '2.0.0', publishedAt: null }] });
      expect(connector.id).not.toBe(LIBRARY_CONNECTOR_ID);
    });

    it('creates a connector from an uploaded document, once', async () => {
      const schemaURL = await upload();
      const made = await must(api.importHTTPConnector({ ...ORGANISATION, body: { schemaURL, format: 'openapi' } }));
      expect(made.connector).toMatchObject({ name: 'Imported', baseUrl: 'https://imported.example' });
      expect(made.actions.map(({ name }) => name)).toEqual(['listThings']);
      const elsewhere = { schemaURL: 'https://elsewhere.example/a.json', format: 'openapi' } as const;
      const problem = await refused(api.importHTTPConnector({ ...ORGANISATION, body: elsewhere }));
      expect(problem).toMatchObject({ status: 400, fields: [{ field: 'schemaURL' }] });
    });

    it('creates a version from an uploaded document', async () => {
      const body = { schemaURL: await upload(), filetype: 'json', format: 'openapi', version: '3.0+1' } as const;
      const made = await must(api.importHTTPConnectorVersion({ path: story.connector, body }));
      expect(made.connector).toMatchObject({ id: story.connector.connector_id, versions: [{ name: '3.0+1' }] });
    });

    it('creates a connector from a file in the request', async () => {
      const file = new Blob([DOCUMENT], { type: 'application/json' });
      const body = { file, metadata: { format: 'openapi' } } as const;
      const preview = await must(api.previewHTTPConnectorFile({ ...ORGANISATION, body }));
      expect(preview).toMatchObject({ ok: true, counts: { actions: 1 } });
      const headers = { 'Idempotency-Key': 'the-file-of-the-story' };
      const made = await must(api.importHTTPConnectorFile({ ...ORGANISATION, body, headers }));
      expect(await must(api.importHTTPConnectorFile({ ...ORGANISATION, body, headers }))).toEqual(made);
      expect(made.connector).toMatchObject({ name: 'Imported', baseUrl: 'https://imported.example' });
      const metadata = { format: 'openapi', version: '3.1' } as const;
      const path = { ...ORGANISATION.path, connector_id: made.connector.id };
      const next = await must(api.importHTTPConnectorVersionFile({ path, body: { file, metadata } }));
      expect(next.connector).toMatchObject({ id: made.connector.id });
      expect(next.actions.map(({ name }) => name)).toEqual(['listThings']);
      const { ok } = await must(api.previewHTTPConnectorVersionFile({ path, body: { file, metadata } }));
      expect(ok).toBe(true);
    });
  });
}
