import { createConnectorVersion, importHTTPConnector } from '../generated/kubb/client.js';
import type {
  ConnectionCreate,
  ConnectionCredential,
  CreateConnectorVersionMutation,
} from '../generated/kubb/types.js';
import { CONNECTOR, type Consumer, ORGANISATION } from './consumer.js';

export const connection: ConnectionCreate = {
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
export function headerOf({ authSchemeConfig }: ConnectionCredential): string | undefined {
  return authSchemeConfig.schemeType === 'api-key' ? authSchemeConfig.name : undefined;
}

export const consumer: Consumer = {
  async createVersion(baseURL, name) {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await createConnectorVersion(ORGANISATION, CONNECTOR, { name }, undefined, { baseURL, headers });
    if (answer.status === 201) return 'created';
    // Its fetch client returns what came, of the type of a success.
    const error = answer.data as unknown as CreateConnectorVersionMutation['Errors'];
    // @ts-expect-error a misspelt code
    if (error.code === 'version_exits') return 'never';
    if (error.status === 401 && error.code === 'unauthenticated') return error.loginUrl;
    return error.code === 'version_exists' ? `${error.status} taken` : error.code;
  },
  async importFile(baseURL, file) {
    const form = { file, metadata: { format: 'openapi' } } as const;
    const { data } = await importHTTPConnector(ORGANISATION, form, undefined, { baseURL });
    return data.connector.name;
  },
};
