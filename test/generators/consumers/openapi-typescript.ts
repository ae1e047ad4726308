import createClient from 'openapi-fetch';
import type { components, paths } from '../generated/openapi-typescript.js';
import { CONNECTOR, type Consumer, ORGANISATION } from './consumer.js';

type Schemas = components['schemas'];

export const connection: Schemas['ConnectionCreate'] = {
  name: 'Production',
  variables: [],
  credentials: {
    action: [
      {
        authSchemeConfig: { id: 'a', description: '', schemeType: 'api-key', name: 'X-Api-Key', in: 'header' },
        credential: { name: 'Key', type: 'string', data: { value: 'k-123' } },
      },
    ],
  },
};

/** A union of the contract, found through a described reference. */
export function headerOf({ authSchemeConfig }: Schemas['ConnectionCredential']): string | undefined {
  return authSchemeConfig.schemeType === 'api-key' ? authSchemeConfig.name : undefined;
}

export const consumer: Consumer = {
  async createVersion(url, name) {
    const { data, error } = await createClient<paths>({ baseUrl: url }).POST(
      '/api/connect/v1/o/{organisation_id}/connectors/{connector_id}/versions',
      { params: { path: { organisation_id: ORGANISATION, connector_id: CONNECTOR } }, body: { name } },
    );
    if (data !== undefined) return 'created';
    // @ts-expect-error a misspelt code
    if (error.code === 'version_exits') return 'never';
    if (error.status === 401 && error.code === 'unauthenticated') return error.loginUrl;
    return error.code === 'version_exists' ? `${error.status} taken` : error.code;
  },
  async importFile(url, file) {
    const { data, error } = await createClient<paths>({ baseUrl: url }).POST(
      '/api/connect/v1/o/{organisation_id}/protocols/http/import',
      {
        params: { path: { organisation_id: ORGANISATION } },
        // The library knows no files: its README has the cast and the serializer.
        body: { file: file as unknown as string, metadata: { format: 'openapi' } },
        bodySerializer(body) {
          const form = new FormData();
          if ('file' in body) {
            form.append('file', body.file as unknown as File);
            form.append('metadata', JSON.stringify(body.metadata));
          }
          return form;
        },
      },
    );
    return data?.connector.name ?? String(error?.code);
  },
};
