import { AuthSchemeConfig } from './auth-scheme-config.dto.js';
import { ConnectionCreate } from './connection-change.dto.js';
import { ConnectionVariable } from './connection-variable.dto.js';
import type { Tags } from './tags.dto.js';
import { Anything, Flag, NestedList, OpenObject, Optional, Text } from '../validation/validators.js';

/** A connector to an API over HTTP, to create. */
export class HTTPConnectorCreate {
  /** Its name, for people. */
  @Text()
  name: string;

  /** What the paths of all its actions are appended to. */
  @Text()
  baseUrl: string;

  /** The variables that each new connection starts with. */
  @Optional()
  @NestedList(() => ConnectionVariable)
  connectionVariables?: ConnectionVariable[];

  /** The ways to authenticate that it offers, in their order; may be empty. */
  @NestedList(() => AuthSchemeConfig)
  authSchemeConfigs: AuthSchemeConfig[];

  /** Tags by key; each key has a list of values. */
  @Optional()
  @OpenObject()
  tags?: Tags;

  /** Whether the public library lists it. */
  @Optional()
  @Flag()
  public?: boolean;

  /** Taken as it comes and passed on: the platform's contract requires it without saying what it is. */
  @Optional()
  @Anything()
  connections?: unknown;
}

/** A connector to a dataset of Google BigQuery, to create. */
export class BigQueryConnectorCreate {
  /** Its name, for people. */
  @Text()
  name: string;

  /** The dataset, as `<project>.<dataset>`. */
  @Optional()
  @Text()
  datasetId?: string;

  /** The connections that it starts with; may be empty. */
  @NestedList(() => ConnectionCreate)
  connections: ConnectionCreate[];
}
