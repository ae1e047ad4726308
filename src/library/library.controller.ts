import { Controller, Get, Post } from '@nestjs/common';
import { Answers, Problems } from '../contract/validation/answers.js';
import { CATEGORIES } from '../contract/dto/category.dto.js';
import { Connector, ConnectorPage, ConnectorQuery } from '../contract/dto/connector.dto.js';
import { PathParams, QueryParams } from '../contract/validation/parameters.js';
import { VersionPath } from '../contract/dto/paths.dto.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Caller } from '../auth/caller.js';

/** The public library: connectors that anybody may import. */
@Controller()
export class LibraryController {
  constructor(private readonly platform: PlatformClient) {}

  /** List the categories of the public library. */
  @Get('categories')
  @Answers(200, { schema: { type: 'array', items: { type: 'string', enum: CATEGORIES } } })
  listCategories(@Caller() caller: Caller) {
    return this.platform.get(caller, path`/categories`);
  }

  /** List the connectors of the public library. */
  @Get('connectors')
  @Answers(200, ConnectorPage)
  listPublicConnectors(@Caller() caller: Caller, @QueryParams() query: ConnectorQuery) {
    return this.platform.get(caller, path`/connectors`, query);
  }

  /** Import a version of a public connector into the organisation, as a draft. */
  @Post('o/:organisation_id/connectors/:connector_id/versions/:version/library/import')
  @Answers(200, Connector)
  @Idempotent()
  @Problems('version_exists')
  importPublicConnectorVersion(@Caller() caller: Caller, @PathParams() at: VersionPath) {
    const from = path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/library/import`;
    return this.platform.post(caller, from);
  }
}
