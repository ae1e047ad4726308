import {
  IsBoolean,
  IsNestedArray,
  IsQueryEnum,
  DiscriminatedUnion,
  IsObject,
  IsOptional,
  IsString,
  MatchesPattern,
  IsEnum,
} from '../validation/validators.js';
import { AuthSchemeConfig } from './auth-scheme-config.dto.js';
import { CATEGORIES, type Category } from './category.dto.js';
import { ConnectionVariable } from './connection-variable.dto.js';
import { Connection } from './connection.dto.js';
import { ConnectorIdentity } from './connector-summary.dto.js';
import { ConnectorVersion } from './connector-version.dto.js';
import { NamedPageQuery, PageInfo } from './page.dto.js';
import type { Tags } from './tags.dto.js';

/** Which connectors to answer with, and in which order. */
export class ConnectorQuery extends NamedPageQuery {
  /** Sort order: columns with a direction, such as `name:asc,id:desc`. */
  @IsOptional()
  @MatchesPattern(/^([^:,]+:[^:,]+)(,[^:,]+:[^:,]+)*$/, 'be pairs of column and direction, such as name:asc,id:desc')
  sort?: string;

  /** Filter: has all of these tags; each is a key with or without a value, such as `category:e-commerce,business`. */
  @IsOptional()
  @IsString()
  tags?: string;

  /** Filter: has all of these categories; repeat the parameter for each. */
  @IsOptional()
  @IsQueryEnum(CATEGORIES)
  categories?: Category | Category[];

  /** Filter: the protocol's name contains this string, case-insensitively. */
  @IsOptional()
  @IsString()
  protocol?: string;
}

/** What connectors of all protocols have. */
export class ConnectorBase extends ConnectorIdentity {
  /** Whether the public library lists it. */
  @IsBoolean()
  public: boolean;

  /** URL of the documentation of the external API. */
  @IsOptional()
  @IsString()
  documentationURL?: string;

  /** URL of the icon. */
  @IsOptional()
  @IsString()
  imageURL?: string;

  /** Tags by key; each key has a list of values. */
  @IsOptional()
  @IsObject()
  tags?: Tags;

  /** Auth scheme configurations, in order. */
  @IsNestedArray(() => AuthSchemeConfig)
  authSchemeConfigs: AuthSchemeConfig[];

  /** The variables that each new connection starts with. */
  @IsOptional()
  @IsNestedArray(() => ConnectionVariable)
  connectionVariables?: ConnectionVariable[];

  /** Its connections. */
  @IsNestedArray(() => Connection)
  connections: Connection[];

  /** Its versions. */
  @IsNestedArray(() => ConnectorVersion)
  versions: ConnectorVersion[];
}

/** A connector to an API over HTTP. */
export class HTTPConnector extends ConnectorBase {
  /** Always `http`. */
  @IsEnum(['http'])
  protocol: 'http';

  /** Base URL of the actions' paths. */
  @IsString()
  baseUrl: string;
}

/** A connector to a dataset of Google BigQuery. */
export class BigQueryConnector extends ConnectorBase {
  /** Always `bigquery`. */
  @IsEnum(['bigquery'])
  protocol: 'bigquery';

  /** The dataset, as `<project>.<dataset>`. */
  @IsString()
  datasetId: string;
}

/** A connector to an external system. */
@DiscriminatedUnion('protocol', { http: HTTPConnector, bigquery: BigQueryConnector })
export class Connector {
  protocol: string;
}

/** A page of connectors. */
export class ConnectorPage extends PageInfo {
  /** The connectors, the most recently changed first. */
  connectors: Connector[];
}
