import { connectionCreate } from '../connections/connection.shape.js';
import {
  dictionary,
  filledText,
  flag,
  list,
  nullable,
  object,
  optional,
  type Read,
  ruled,
  type Shape,
  text,
  word,
} from '../validation/shape.js';
import { authSchemeConfigs } from './auth-scheme-config.shape.js';
import { connectionVariables } from './connection-variable.shape.js';

const datasetId = ruled(text, 'must be "<project>.<dataset>"', (value) => /^[^\s.]\S*\.[^\s.]+$/.test(value));

/** Tags by key. */
export const tags = dictionary(list(text));

/** Replaces all tags. */
export const tagsUpdate = object({ tags: optional(nullable(tags)) });

const shared = {
  name: filledText,
  tags: optional(tags),
  public: optional(flag),
  documentationURL: optional(text),
  imageURL: optional(text),
  connectionVariables: optional(connectionVariables),
};

/** A connector over HTTP, to create. */
export const httpConnectorCreate = object({
  ...shared,
  baseUrl: text,
  authSchemeConfigs,
  connections: optional(list(connectionCreate)),
});

/** A connector to BigQuery, to create. */
export const bigQueryConnectorCreate = object({
  ...shared,
  datasetId: optional(datasetId),
  connections: list(connectionCreate),
});

const updateBase = {
  ...shared,
  id: text,
  organisationId: text,
  authSchemeConfigIds: optional(list(text)),
  baseUrl: optional(text),
  datasetId: optional(text),
};

const httpUpdate = object({ ...updateBase, protocol: word('http'), baseUrl: text });

const bigQueryUpdate = object({ ...updateBase, protocol: word('bigquery'), datasetId });

/** A changed connector. */
export type ConnectorUpdate = Read<typeof httpUpdate> | Read<typeof bigQueryUpdate>;

/** A changed connector, by its protocol. */
export const connectorUpdate: Readonly<Record<'http' | 'bigquery', Shape<ConnectorUpdate>>> = {
  http: httpUpdate,
  bigquery: bigQueryUpdate,
};
