import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { Answers, Problems } from '../contract/validation/answers.js';
import { AuthSchemeConfig } from '../contract/dto/auth-scheme-config.dto.js';
import { CategoriesUpdate } from '../contract/dto/category.dto.js';
import { BigQueryConnectorCreate, HTTPConnectorCreate } from '../contract/dto/connector-create.dto.js';
import { ConnectorUpdate } from '../contract/dto/connector-update.dto.js';
import {
  BigQueryConnector,
  Connector,
  ConnectorPage,
  ConnectorQuery,
  HTTPConnector,
} from '../contract/dto/connector.dto.js';
import { ForceQuery } from '../contract/dto/force.dto.js';
import { CheckedBody } from '../contract/validation/checked-body.js';
import { JsonBody, PathParams, QueryParams } from '../contract/validation/parameters.js';
import { AuthSchemeConfigPath, ConnectorPath, OrganisationPath } from '../contract/dto/paths.dto.js';
import { TagsUpdate } from '../contract/dto/tags.dto.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Caller } from '../auth/caller.js';

/** The connectors of an organisation. */
@Controller('o/:organisation_id')
export class ConnectorsController {
  constructor(private readonly platform: PlatformClient) {}

  /** List the connectors of an organisation. */
  @Get('connectors')
  @Answers(200, ConnectorPage)
  listConnectors(@Caller() caller: Caller, @PathParams() at: OrganisationPath, @QueryParams() query: ConnectorQuery) {
    return this.platform.get(caller, path`/o/${at.organisation_id}/connectors`, query);
  }

  /** Create a connector to an API over HTTP, as a draft. */
  @Post('protocols/http/connectors')
  @Answers(201, HTTPConnector)
  @Idempotent()
  createHTTPConnector(
    @Caller() caller: Caller,
    @PathParams() at: OrganisationPath,
    @JsonBody(HTTPConnectorCreate) connector: CheckedBody<HTTPConnectorCreate>,
  ) {
    return this.platform.post(caller, path`/o/${at.organisation_id}/protocols/http/connectors`, connector);
  }

  /** Create a connector to a dataset of Google BigQuery, as a draft. */
  @Post('protocols/bigquery/connectors')
  @Answers(201, BigQueryConnector)
  @Idempotent()
  createBigQueryConnector(
    @Caller() caller: Caller,
    @PathParams() at: OrganisationPath,
    @JsonBody(BigQueryConnectorCreate) connector: CheckedBody<BigQueryConnectorCreate>,
  ) {
    return this.platform.post(caller, path`/o/${at.organisation_id}/protocols/bigquery/connectors`, connector);
  }

  /** Get one connector. */
  @Get('connectors/:connector_id')
  @Answers(200, Connector)
  getConnector(@Caller() caller: Caller, @PathParams() at: ConnectorPath) {
    return this.platform.get(caller, connector(at));
  }

  /** Replace a connector; omitted members are unset. */
  @Put('connectors/:connector_id')
  @Answers(200, Connector)
  updateConnector(
    @Caller() caller: Caller,
    @PathParams() at: ConnectorPath,
    @JsonBody(ConnectorUpdate) changed: CheckedBody<ConnectorUpdate>,
  ) {
    return this.platform.put(caller, connector(at), changed);
  }

  /** Delete a connector; with `force` also one that is in use. */
  @Delete('connectors/:connector_id')
  @Answers(204)
  @Problems('connector_in_use')
  deleteConnector(@Caller() caller: Caller, @PathParams() at: ConnectorPath, @QueryParams() query: ForceQuery) {
    return this.platform.delete(caller, connector(at), query);
  }

  /** Replace the tags of a connector. */
  @Put('connectors/:connector_id/tags')
  @Answers(204)
  updateConnectorTags(
    @Caller() caller: Caller,
    @PathParams() at: ConnectorPath,
    @JsonBody(TagsUpdate) tags: CheckedBody<TagsUpdate>,
  ) {
    return this.platform.put(caller, path`/o/${at.organisation_id}/connectors/${at.connector_id}/tags`, tags);
  }

  /** Replace the categories of a connector. */
  @Put('connectors/:connector_id/categories')
  @Answers(204)
  updateConnectorCategories(
    @Caller() caller: Caller,
    @PathParams() at: ConnectorPath,
    @JsonBody(CategoriesUpdate) categories: CheckedBody<CategoriesUpdate>,
  ) {
    return this.platform.put(
      caller,
      path`/o/${at.organisation_id}/connectors/${at.connector_id}/categories`,
      categories,
    );
  }

  /** Create or replace an auth scheme configuration of a connector. */
  @Put('connectors/:connector_id/auth-scheme-configs/:auth_scheme_config_id')
  @Answers(200, Connector)
  upsertAuthSchemeConfig(
    @Caller() caller: Caller,
    @PathParams() at: AuthSchemeConfigPath,
    @JsonBody(AuthSchemeConfig) config: CheckedBody<AuthSchemeConfig>,
  ) {
    return this.platform.put(caller, authSchemeConfig(at), config);
  }

  /** Delete an auth scheme configuration; connections that use it remain, but their tokens can no longer be renewed. */
  @Delete('connectors/:connector_id/auth-scheme-configs/:auth_scheme_config_id')
  @Answers(200, Connector)
  deleteAuthSchemeConfig(@Caller() caller: Caller, @PathParams() at: AuthSchemeConfigPath) {
    return this.platform.delete(caller, authSchemeConfig(at));
  }
}

const connector = (at: ConnectorPath) => path`/o/${at.organisation_id}/connectors/${at.connector_id}`;
const authSchemeConfig = (at: AuthSchemeConfigPath) =>
  path`/o/${at.organisation_id}/connectors/${at.connector_id}/auth-scheme-configs/${at.auth_scheme_config_id}`;
