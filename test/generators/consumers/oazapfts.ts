import {
  type ConnectionCreate,
  type ConnectionCredential,
  createConnectorVersion,
  defaults,
  importHttpConnector,
} from '../generated/oazapfts.js';
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
  async createVersion(url, name) {
    defaults.baseUrl = url;
    const answer = await createConnectorVersion(ORGANISATION, CONNECTOR, { name });
    if (answer.status === 201) return 'created';
    const { data: error } = answer;
    // @ts-expect-error a misspelt code
    if (error.code === 'version_exits') return 'never';
    if (answer.status === 401 && answer.data.code === 'unauthenticated') return answer.data.loginUrl;
    return error.code === 'version_exists' ? `${error.status} taken` : error.code;
  },
  async importFile(url, file) {
    defaults.baseUrl = url;
    const answer = await importHttpConnector(ORGANISATION, { file, metadata: { format: 'openapi' } });
    return answer.status === 201 ? answer.data.connector.name : answer.data.code;
  },
};
