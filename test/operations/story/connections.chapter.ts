import { describe, expect, it } from 'vitest';
import * as api from '@connect-gateway/client';
import {
  DEMO_CONNECTION_ID,
  DEMO_CONNECTOR_ID,
  DEMO_ORGANISATION_ID,
} from '../../../sandbox/platform/seed/seed.ids.js';
import { must, refused } from '../client-outcome.js';
import { ORGANISATION, type Story } from './story.js';

const SCHEME = { id: '01JB00000000000000000BAS1C', description: 'Basic', schemeType: 'basic-auth' } as const;
const CREDENTIAL = { name: 'Me', type: 'basic-auth', data: { username: 'me', password: 'a secret' } } as const;

/** Connections: create, change, delete. */
export function connectionsChapter(story: Story): void {
  let connectionId: string;
  const connection = () => ({ ...story.connector, connection_id: connectionId });

  describe('a connection', () => {
    it('is created with its credentials, and returns no secret', async () => {
      const body = {
        name: 'Production',
        credentials: { action: [{ authSchemeConfig: SCHEME, credential: CREDENTIAL }] },
        variables: [{ name: 'region', value: 'eu' }],
      };
      const made = await must(api.createConnectorConnection({ path: story.connector, body }));
      connectionId = made.id;
      expect(made).toMatchObject({ name: 'Production', credentials: { action: [{ credential: { name: 'Me' } }] } });
      expect(JSON.stringify(made)).not.toContain('a secret');
      expect(await must(api.getConnection({ path: connection() }))).toEqual(made);
      const { items } = await must(api.listConnectorConnections({ path: story.connector }));
      expect(items).toMatchObject([{ id: connectionId, name: 'Production' }]);
    });

    it('is renamed and gets a version', async () => {
      const body = { id: connectionId, name: 'Live', variables: [] };
      expect(await must(api.updateConnection({ path: connection(), body }))).toMatchObject(body);
      const path = { ...ORGANISATION.path, connection_id: connectionId };
      const version = await must(api.createConnectionVersion({ path, body: { name: '2.0.0+1' } }));
      expect(version).toMatchObject({ name: '2.0.0+1', publishedAt: null });
    });

    it('is authorised by a person at a URL of the other system', async () => {
      const { credentials } = await must(api.getConnection({ path: connection() }));
      const [own] = credentials.action ?? [];
      const body = {
        credential: { id: own?.credential.id ?? '', organisationId: DEMO_ORGANISATION_ID },
        authorizeUrl: 'https://id.example/authorize',
        clientId: 'me',
        scopes: ['read'],
      };
      const { url } = await must(api.initialiseOAuth2Connection({ path: story.connector, body }));
      expect(new URL(url).searchParams.get('scope')).toContain('read');
    });

    it('is deleted, but needs force if a product uses it', async () => {
      await must(api.deleteConnection({ path: connection() }));
      expect(await refused(api.getConnection({ path: connection() }))).toMatchObject({ status: 404 });
      const path = {
        ...ORGANISATION.path,
        connector_id: DEMO_CONNECTOR_ID,
        connection_id: DEMO_CONNECTION_ID,
      };
      expect(await refused(api.deleteConnection({ path }))).toMatchObject({ status: 412, code: 'connection_in_use' });
      await must(api.deleteConnection({ path, query: { force: true } }));
    });
  });
}
