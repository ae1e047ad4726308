import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { Answers, Problems } from '../contract/validation/answers.js';
import { ConnectionCreate, ConnectionUpdate } from '../contract/dto/connection-change.dto.js';
import { Connection, ConnectorConnectionPage } from '../contract/dto/connection.dto.js';
import { ConnectorVersion, ConnectorVersionCreate } from '../contract/dto/connector-version.dto.js';
import { ForceQuery } from '../contract/dto/force.dto.js';
import { InitialiseOAuth2ConnectionRequest, InitialiseOAuth2ConnectionResponse } from '../contract/dto/oauth2.dto.js';
import { PageQuery } from '../contract/dto/page.dto.js';
import { CheckedBody } from '../contract/validation/checked-body.js';
import { JsonBody, PathParams, QueryParams } from '../contract/validation/parameters.js';
import { ConnectionPath, ConnectorConnectionPath, ConnectorPath } from '../contract/dto/paths.dto.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Caller } from '../auth/caller.js';

/** The connections of a connector, how they are let in, and their versions. */
@Controller('o/:organisation_id')
export class ConnectionsController {
  constructor(private readonly platform: PlatformClient) {}

  /** List the connections of a connector. */
  @Get('connectors/:connector_id/connections')
  @Answers(200, ConnectorConnectionPage)
  listConnectorConnections(@Caller() caller: Caller, @PathParams() at: ConnectorPath, @QueryParams() page: PageQuery) {
    return this.platform.get(caller, connections(at), page);
  }

  /** Create a connection, along with its credentials. */
  @Post('connectors/:connector_id/connections')
  @Answers(200, Connection)
  @Idempotent()
  @Problems('name_taken')
  createConnectorConnection(
    @Caller() caller: Caller,
    @PathParams() at: ConnectorPath,
    @JsonBody(ConnectionCreate) created: CheckedBody<ConnectionCreate>,
  ) {
    return this.platform.post(caller, connections(at), created);
  }

  /** Get one connection. */
  @Get('connectors/:connector_id/connections/:connection_id')
  @Answers(200, Connection)
  getConnection(@Caller() caller: Caller, @PathParams() at: ConnectorConnectionPath) {
    return this.platform.get(caller, connection(at));
  }

  /** Change a connection: its name, its variables, the order and use of its credentials. */
  @Put('connectors/:connector_id/connections/:connection_id')
  @Answers(200, Connection)
  @Problems('name_taken')
  updateConnection(
    @Caller() caller: Caller,
    @PathParams() at: ConnectorConnectionPath,
    @JsonBody(ConnectionUpdate) changed: CheckedBody<ConnectionUpdate>,
  ) {
    return this.platform.put(caller, connection(at), changed);
  }

  /** Delete a connection; with `force` also one that is in use. */
  @Delete('connectors/:connector_id/connections/:connection_id')
  @Answers(204)
  @Problems('connection_in_use')
  deleteConnection(
    @Caller() caller: Caller,
    @PathParams() at: ConnectorConnectionPath,
    @QueryParams() query: ForceQuery,
  ) {
    return this.platform.delete(caller, connection(at), query);
  }

  /** Get the URL at which a person authorizes a connector with OAuth 2.0. */
  @Post('connectors/:connector_id/oauth2/initialise')
  @Answers(200, InitialiseOAuth2ConnectionResponse)
  initialiseOAuth2Connection(
    @Caller() caller: Caller,
    @PathParams() at: ConnectorPath,
    @JsonBody(InitialiseOAuth2ConnectionRequest) request: CheckedBody<InitialiseOAuth2ConnectionRequest>,
  ) {
    return this.platform.post(
      caller,
      path`/o/${at.organisation_id}/connectors/${at.connector_id}/oauth2/initialise`,
      request,
    );
  }

  /** Create a draft version of a connection, empty or as a copy of another one. */
  @Post('connections/:connection_id/versions')
  @Answers(201, ConnectorVersion)
  @Idempotent()
  @Problems('version_exists')
  createConnectionVersion(
    @Caller() caller: Caller,
    @PathParams() at: ConnectionPath,
    @JsonBody(ConnectorVersionCreate) version: CheckedBody<ConnectorVersionCreate>,
  ) {
    return this.platform.post(caller, path`/o/${at.organisation_id}/connections/${at.connection_id}/versions`, version);
  }
}

const connections = (at: ConnectorPath) => path`/o/${at.organisation_id}/connectors/${at.connector_id}/connections`;
const connection = (at: ConnectorConnectionPath) =>
  path`/o/${at.organisation_id}/connectors/${at.connector_id}/connections/${at.connection_id}`;
