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

  /** Display name. */
  @IsString()
  name: string;

  /** Tags by key; each key has a list of values. */
  @IsOptional()
  @IsObject()
  tags?: Tags;

  /** ULIDs of all auth scheme configurations, in a new order; unchanged if omitted. */
  @IsOptional()
  @IsStringArray()
  authSchemeConfigIds?: string[];

  /** Whether the public library lists it. */
  @IsOptional()
  @IsBoolean()
  public?: boolean;

  /** URL of the documentation of the external API. */
  @IsOptional()
  @IsString()
  documentationURL?: string;

  /** URL of the icon. */
  @IsOptional()
  @IsString()
  imageURL?: string;
}

/** What a connector to an API over HTTP is to become. */
export class HTTPConnectorUpdate extends ConnectorUpdateBase {
  /** Always `http`. */
  @IsEnum(['http'])
  protocol: 'http';

  /** Base URL of the actions' paths. */
  @IsString()
  baseUrl: string;

  /** Variables of every connection, existing ones included; unchanged if omitted. */
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
