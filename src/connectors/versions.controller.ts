import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { Answers, Problems } from '../contract/validation/answers.js';
import {
  ConnectorVersion,
  ConnectorVersionCreate,
  ConnectorVersionsPage,
  PublishConnectorResponse,
  UnpublishConnectorResponse,
} from '../contract/dto/connector-version.dto.js';
import { ForceQuery } from '../contract/dto/force.dto.js';
import { PageQuery } from '../contract/dto/page.dto.js';
import { CheckedBody } from '../contract/validation/checked-body.js';
import { JsonBody, PathParams, QueryParams } from '../contract/validation/parameters.js';
import { ConnectorPath, VersionPath } from '../contract/dto/paths.dto.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Caller } from '../auth/caller.js';

/** The versions of a connector. */
@Controller('o/:organisation_id/connectors/:connector_id/versions')
export class VersionsController {
  constructor(private readonly platform: PlatformClient) {}

  /** Create a draft version, empty or as a copy of another one. */
  @Post()
  @Answers(201, ConnectorVersion)
  @Idempotent()
  @Problems('version_exists')
  createConnectorVersion(
    @Caller() caller: Caller,
    @PathParams() at: ConnectorPath,
    @JsonBody(ConnectorVersionCreate) version: CheckedBody<ConnectorVersionCreate>,
  ) {
    return this.platform.post(caller, versions(at), version);
  }

  /** List the versions of a connector. */
  @Get()
  @Answers(200, ConnectorVersionsPage)
  listConnectorVersions(@Caller() caller: Caller, @PathParams() at: ConnectorPath, @QueryParams() page: PageQuery) {
    return this.platform.get(caller, versions(at), page);
  }

  /** Get one version. */
  @Get(':version')
  @Answers(200, ConnectorVersion)
  getConnectorVersion(@Caller() caller: Caller, @PathParams() at: VersionPath) {
    return this.platform.get(caller, version(at));
  }

  /** Change a draft version; a change to a read-only member is refused. */
  @Put(':version')
  @Answers(200, ConnectorVersion)
  @Problems('version_exists', 'version_published')
  updateConnectorVersion(
    @Caller() caller: Caller,
    @PathParams() at: VersionPath,
    @JsonBody(ConnectorVersion) changed: CheckedBody<ConnectorVersion>,
  ) {
    return this.platform.put(caller, version(at), changed);
  }

  /** Delete a draft version; with `force` also a published one. */
  @Delete(':version')
  @Answers(204)
  @Problems('version_published')
  deleteConnectorVersion(@Caller() caller: Caller, @PathParams() at: VersionPath, @QueryParams() query: ForceQuery) {
    return this.platform.delete(caller, version(at), query);
  }

  /** Check a draft version and publish it. */
  @Post(':version/publish')
  @Answers(200, PublishConnectorResponse)
  @Problems('version_published')
  publishConnector(@Caller() caller: Caller, @PathParams() at: VersionPath) {
    return this.platform.post(
      caller,
      path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/publish`,
    );
  }

  /** Make a published version a draft again; refused while it is in use. */
  @Post(':version/unpublish')
  @Answers(200, UnpublishConnectorResponse)
  @Problems('version_not_published', 'version_in_use')
  unpublishConnector(@Caller() caller: Caller, @PathParams() at: VersionPath) {
    return this.platform.post(
      caller,
      path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/unpublish`,
    );
  }
}

const versions = (at: ConnectorPath) => path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions`;
const version = (at: VersionPath) =>
  path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}`;
