import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { Action, ActionCreate, ActionPage } from '../contract/dto/action.dto.js';
import { Answers, Problems } from '../contract/validation/answers.js';
import { NamedPageQuery } from '../contract/dto/page.dto.js';
import { CheckedBody } from '../contract/validation/checked-body.js';
import { JsonBody, PathParams, QueryParams } from '../contract/validation/parameters.js';
import { ActionPath, VersionPath } from '../contract/dto/paths.dto.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Caller } from '../auth/caller.js';

/** The actions of a version. */
@Controller('o/:organisation_id/connectors/:connector_id/versions/:version/actions')
export class ActionsController {
  constructor(private readonly platform: PlatformClient) {}

  /** List the actions of a version. */
  @Get()
  @Answers(200, ActionPage)
  getActions(@Caller() caller: Caller, @PathParams() at: VersionPath, @QueryParams() page: NamedPageQuery) {
    return this.platform.get(caller, actions(at), page);
  }

  /** Create an action; its type must suit the connector's protocol. */
  @Post()
  @Answers(201, Action)
  @Idempotent()
  @Problems('name_taken', 'version_published')
  createAction(
    @Caller() caller: Caller,
    @PathParams() at: VersionPath,
    @JsonBody(ActionCreate) created: CheckedBody<ActionCreate>,
  ) {
    return this.platform.post(caller, actions(at), created);
  }

  /** Get one action. */
  @Get(':action_name')
  @Answers(200, Action)
  getAction(@Caller() caller: Caller, @PathParams() at: ActionPath) {
    return this.platform.get(caller, action(at));
  }

  /** Change an action. */
  @Put(':action_name')
  @Answers(200, Action)
  @Problems('name_taken', 'version_published')
  updateAction(@Caller() caller: Caller, @PathParams() at: ActionPath, @JsonBody(Action) changed: CheckedBody<Action>) {
    return this.platform.put(caller, action(at), changed);
  }

  /** Delete an action. */
  @Delete(':action_name')
  @Answers(204)
  @Problems('version_published')
  deleteAction(@Caller() caller: Caller, @PathParams() at: ActionPath) {
    return this.platform.delete(caller, action(at));
  }
}

const actions = (at: VersionPath) =>
  path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/actions`;
const action = (at: ActionPath) =>
  path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/actions/${at.action_name}`;
