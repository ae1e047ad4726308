import { AuthSchemeConfig } from './auth-scheme-config.dto.js';
import { ConnectionCreate } from './connection-change.dto.js';
import { ConnectionVariable } from './connection-variable.dto.js';
import type { Tags } from './tags.dto.js';
import { IsAny, IsBoolean, IsNestedArray, IsObject, IsOptional, IsString } from '../validation/validators.js';

/** A connector to an API over HTTP, to create. */
export class HTTPConnectorCreate {
  /** Its name, for people. */
  @IsString()
  name: string;

  /** What the paths of all its actions are appended to. */
  @IsString()
  baseUrl: string;

  /** The variables that each new connection starts with. */
  @IsOptional()
  @IsNestedArray(() => ConnectionVariable)
  connectionVariables?: ConnectionVariable[];

  /** The ways to authenticate that it offers, in their order; may be empty. */
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

  /** Taken as it comes and passed on: the platform's contract requires it without saying what it is. */
  @IsOptional()
  @IsAny()
  connections?: unknown;
}

/** A connector to a dataset of Google BigQuery, to create. */
export class BigQueryConnectorCreate {
  /** Its name, for people. */
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
