import { describe, expect, it } from 'vitest';
import * as api from '@connect-gateway/client';
import { DEMO_ORGANISATION_ID, LIBRARY_CONNECTOR_ID } from '../../../sandbox/platform/seed/seed.ids.js';
import { must, refused } from '../client-outcome.js';
import { ORGANISATION, type Story } from './story.js';

const KEY = { id: '01JB000000000000000000KEY0', description: 'Key', schemeType: 'api-key', name: 'X-Key' } as const;

/** Connectors: search, create, change. */
export function connectorsChapter(story: Story): void {
  describe('connectors', () => {
    it('are found in the library by category and page by page', async () => {
      expect(await must(api.listCategories())).toContain('Development & IT');
      const crm = await must(api.listPublicConnectors({ query: { categories: ['CRM', 'Development & IT'] } }));
      expect(crm.connectors.map(({ id }) => id)).toEqual([LIBRARY_CONNECTOR_ID]);
      const first = await must(api.listConnectors({ ...ORGANISATION, query: { first: 2, sort: 'name:asc' } }));
      const after = first.next ?? expect.unreachable();
      const second = await must(api.listConnectors({ ...ORGANISATION, query: { first: 2, sort: 'name:asc', after } }));
      expect(new Set([...first.connectors, ...second.connectors].map(({ id }) => id)).size).toBe(4);
      const found = await must(api.listConnectors({ ...ORGANISATION, query: { name: 'größe & s' } }));
      expect(found.connectors.map(({ name }) => name)).toEqual(['Größe & Söhne']);
    });

    it('have protocols, each with authentication schemes', async () => {
      const { protocols } = await must(api.listProtocols(ORGANISATION));
      expect(protocols.map(({ slug }) => slug).toSorted()).toEqual(['bigquery', 'http']);
      const path = { ...ORGANISATION.path, protocol_slug: 'http' };
      const { authSchemes } = await must(api.listAuthSchemes({ path }));
      expect(authSchemes.map(({ type }) => type)).toContain('oauth2');
    });

    it('are created over HTTP and on BigQuery', async () => {
      const body = { name: 'Wunder & Bär 🛒', baseUrl: 'https://shop.example', authSchemeConfigs: [] };
      const made = await must(api.createHTTPConnector({ ...ORGANISATION, body }));
      expect(made).toMatchObject({ ...body, protocol: 'http', organisationId: DEMO_ORGANISATION_ID, versions: [] });
      story.connector = { ...ORGANISATION.path, connector_id: made.id };
      const warehouse = { name: 'Numbers', datasetId: 'acme.numbers', connections: [] };
      const numbers = await must(api.createBigQueryConnector({ ...ORGANISATION, body: warehouse }));
      expect(numbers).toMatchObject({ protocol: 'bigquery', datasetId: 'acme.numbers' });
      const path = { ...ORGANISATION.path, connector_id: numbers.id };
      await must(api.deleteConnector({ path }));
      expect(await refused(api.getConnector({ path }))).toMatchObject({ status: 404, code: 'not_found' });
    });

    it('are replaced as a whole; a rejected change names the invalid members', async () => {
      const path = story.connector;
      const read = await must(api.getConnector({ path }));
      if (read.protocol !== 'http') throw new Error('it is not over HTTP');
      const body = { ...read, documentationURL: 'https://docs.example' };
      expect(await must(api.updateConnector({ path, body }))).toMatchObject({
        documentationURL: 'https://docs.example',
      });
      const problem = await refused(api.updateConnector({ path, body: { ...body, id: 'another' } }));
      expect(problem).toMatchObject({ code: 'invalid_request', fields: [{ field: 'id' }] });
    });

    it('get tags, categories and authentication schemes', async () => {
      const path = story.connector;
      await must(api.updateConnectorTags({ path, body: { tags: { team: ['a & b'] } } }));
      await must(api.updateConnectorCategories({ path, body: { categories: ['Development & IT', 'HR'] } }));
      const query = { tags: 'team:a & b', categories: ['Development & IT', 'HR'] } as const;
      const { connectors } = await must(
        api.listConnectors({ ...ORGANISATION, query: { ...query, categories: [...query.categories] } }),
      );
      expect(connectors.map(({ id }) => id)).toEqual([path.connector_id]);
      const config = { ...path, auth_scheme_config_id: KEY.id };
      const added = await must(api.upsertAuthSchemeConfig({ path: config, body: { ...KEY, in: 'header' } }));
      expect(added.authSchemeConfigs).toMatchObject([KEY]);
      expect((await must(api.deleteAuthSchemeConfig({ path: config }))).authSchemeConfigs).toEqual([]);
    });
  });
}
