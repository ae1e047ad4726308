import { Api, type ConnectionCreate, type ConnectionCredential } from '../generated/swagger-typescript-api.js';
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

type Failure = Awaited<ReturnType<Api<unknown>['api']['createConnectorVersion']>>['error'];

export const consumer: Consumer = {
  async createVersion(url, name) {
    try {
      await new Api({ baseUrl: url }).api.createConnectorVersion(ORGANISATION, CONNECTOR, { name });
      return 'created';
    } catch (thrown) {
      const { error } = thrown as { error: Failure };
      // @ts-expect-error a misspelt code
      if (error.code === 'version_exits') return 'never';
      if (error.status === 401 && error.code === 'unauthenticated') return error.loginUrl;
      return error.code === 'version_exists' ? `${error.status} taken` : error.code;
    }
  },
  async importFile(url, file) {
    const { data } = await new Api({ baseUrl: url }).api.importHttpConnector(ORGANISATION, {
      file,
      metadata: { format: 'openapi' },
    });
    return data.connector.name;
  },
};
