import { ConnectionVariable } from './connection-variable.dto.js';
import type { Tags } from './tags.dto.js';
import {
  IsBoolean,
  IsNestedArray,
  DiscriminatedUnion,
  IsObject,
  IsOptional,
  IsString,
  IsStringArray,
  IsEnum,
} from '../validation/validators.js';

/** What every connector can be given anew. Whatever is left out is unset. */
export class ConnectorUpdateBase {
  /** ULID of the connector. */
  @IsString('ulid')
  id: string;

  /** ULID of the organisation that owns it. */
  @IsString('ulid')
  organisationId: string;

  /** Its name, for people. */
  @IsString()
  name: string;

  /** Tags by key; each key has a list of values. */
  @IsOptional()
  @IsObject()
  tags?: Tags;

  /** ULIDs of all its ways to authenticate, in a new order; unchanged where they are left out. */
  @IsOptional()
  @IsStringArray()
  authSchemeConfigIds?: string[];

  /** Whether the public library lists it. */
  @IsOptional()
  @IsBoolean()
  public?: boolean;

  /** Where the external system's API is described. */
  @IsOptional()
  @IsString()
  documentationURL?: string;

  /** Where its icon is. */
  @IsOptional()
  @IsString()
  imageURL?: string;
}

/** What a connector to an API over HTTP is to become. */
export class HTTPConnectorUpdate extends ConnectorUpdateBase {
  /** Always `http`. */
  @IsEnum(['http'])
  protocol: 'http';

  /** What the paths of all its actions are appended to. */
  @IsString()
  baseUrl: string;

  /** The variables that every connection has, those that exist included; unchanged where they are left out. */
  @IsOptional()
  @IsNestedArray(() => ConnectionVariable)
  connectionVariables?: ConnectionVariable[];
}

/** What a connector to a dataset of Google BigQuery is to become. */
export class BigQueryConnectorUpdate extends ConnectorUpdateBase {
  /** Always `bigquery`. */
  @IsEnum(['bigquery'])
  protocol: 'bigquery';

  /** The dataset, as `<project>.<dataset>`. */
  @IsString()
  datasetId: string;
}

/** What a connector is to become. */
@DiscriminatedUnion('protocol', { http: HTTPConnectorUpdate, bigquery: BigQueryConnectorUpdate })
export class ConnectorUpdate {
  protocol: string;
}
