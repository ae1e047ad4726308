import { AuthSchemeConfig } from './auth-scheme-config.dto.js';
import { ConnectionCreate } from './connection-change.dto.js';
import { ConnectionVariable } from './connection-variable.dto.js';
import type { Tags } from './tags.dto.js';
import { IsAny, IsBoolean, IsNestedArray, IsObject, IsOptional, IsString } from '../validation/validators.js';

/** A connector to an API over HTTP, to create. */
export class HTTPConnectorCreate {
  /** Display name. */
  @IsString()
  name: string;

  /** Base URL of the actions' paths. */
  @IsString()
  baseUrl: string;

  /** The variables that each new connection starts with. */
  @IsOptional()
  @IsNestedArray(() => ConnectionVariable)
  connectionVariables?: ConnectionVariable[];

  /** Auth scheme configurations, in order; may be empty. */
  @IsNestedArray(() => AuthSchemeConfig)
  authSchemeConfigs: AuthSchemeConfig[];

  /** Tags by key; each key has a list of values. */
  @IsOptional()
  @IsObject()
  tags?: Tags;

  /** Whether the public library lists it. */
  @IsOptional()
  @IsBoolean()
  public?: boolean;

  /** Required by the platform's contract, which does not describe it; passed on unchanged. */
  @IsOptional()
  @IsAny()
  connections?: unknown;
}

/** A connector to a dataset of Google BigQuery, to create. */
export class BigQueryConnectorCreate {
  /** Display name. */
  @IsString()
  name: string;

  /** The dataset, as `<project>.<dataset>`. */
  @IsOptional()
  @IsString()
  datasetId?: string;

  /** The connections that it starts with; may be empty. */
  @IsNestedArray(() => ConnectionCreate)
  connections: ConnectionCreate[];
}
