import { ConnectionVariable } from './connection-variable.dto.js';
import type { Tags } from './tags.dto.js';
import { Flag, NestedList, OneOf, OpenObject, Optional, Text, Texts, Word } from '../validation/validators.js';

/** What every connector can be given anew. Whatever is left out is unset. */
export class ConnectorUpdateBase {
  /** ULID of the connector. */
  @Text('ulid')
  id: string;

  /** ULID of the organisation that owns it. */
  @Text('ulid')
  organisationId: string;

  /** Its name, for people. */
  @Text()
  name: string;

  /** Tags by key; each key has a list of values. */
  @Optional()
  @OpenObject()
  tags?: Tags;

  /** ULIDs of all its ways to authenticate, in a new order; unchanged where they are left out. */
  @Optional()
  @Texts()
  authSchemeConfigIds?: string[];

  /** Whether the public library lists it. */
  @Optional()
  @Flag()
  public?: boolean;

  /** Where the external system's API is described. */
  @Optional()
  @Text()
  documentationURL?: string;

  /** Where its icon is. */
  @Optional()
  @Text()
  imageURL?: string;
}

/** What a connector to an API over HTTP is to become. */
export class HTTPConnectorUpdate extends ConnectorUpdateBase {
  /** Always `http`. */
  @Word(['http'])
  protocol: 'http';

  /** What the paths of all its actions are appended to. */
  @Text()
  baseUrl: string;

  /** The variables that every connection has, those that exist included; unchanged where they are left out. */
  @Optional()
  @NestedList(() => ConnectionVariable)
  connectionVariables?: ConnectionVariable[];
}

/** What a connector to a dataset of Google BigQuery is to become. */
export class BigQueryConnectorUpdate extends ConnectorUpdateBase {
  /** Always `bigquery`. */
  @Word(['bigquery'])
  protocol: 'bigquery';

  /** The dataset, as `<project>.<dataset>`. */
  @Text()
  datasetId: string;
}

/** What a connector is to become. */
@OneOf('protocol', { http: HTTPConnectorUpdate, bigquery: BigQueryConnectorUpdate })
export class ConnectorUpdate {
  protocol: string;
}
