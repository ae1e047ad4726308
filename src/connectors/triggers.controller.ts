import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { Answers, Problems } from '../contract/validation/answers.js';
import { NamedPageQuery } from '../contract/dto/page.dto.js';
import { CheckedBody } from '../contract/validation/checked-body.js';
import { JsonBody, PathParams, QueryParams } from '../contract/validation/parameters.js';
import { TriggerPath, VersionPath } from '../contract/dto/paths.dto.js';
import { Trigger, TriggerCreate, TriggerPage } from '../contract/dto/trigger.dto.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Caller } from '../auth/caller.js';

/** The triggers of a version. */
@Controller('o/:organisation_id/connectors/:connector_id/versions/:version/triggers')
export class TriggersController {
  constructor(private readonly platform: PlatformClient) {}

  /** List the triggers of a version. */
  @Get()
  @Answers(200, TriggerPage)
  getTriggers(@Caller() caller: Caller, @PathParams() at: VersionPath, @QueryParams() page: NamedPageQuery) {
    return this.platform.get(caller, triggers(at), page);
  }

  /** Create a trigger; its type must suit the connector's protocol. */
  @Post()
  @Answers(201, Trigger)
  @Idempotent()
  @Problems('name_taken', 'version_published')
  createTrigger(
    @Caller() caller: Caller,
    @PathParams() at: VersionPath,
    @JsonBody(TriggerCreate) created: CheckedBody<TriggerCreate>,
  ) {
    return this.platform.post(caller, triggers(at), created);
  }

  /** Get one trigger. */
  @Get(':trigger_name')
  @Answers(200, Trigger)
  getTrigger(@Caller() caller: Caller, @PathParams() at: TriggerPath) {
    return this.platform.get(caller, trigger(at));
  }

  /** Change a trigger. */
  @Put(':trigger_name')
  @Answers(200, Trigger)
  @Problems('name_taken', 'version_published')
  updateTrigger(
    @Caller() caller: Caller,
    @PathParams() at: TriggerPath,
    @JsonBody(Trigger) changed: CheckedBody<Trigger>,
  ) {
    return this.platform.put(caller, trigger(at), changed);
  }

  /** Delete a trigger. */
  @Delete(':trigger_name')
  @Answers(204)
  @Problems('version_published')
  deleteTrigger(@Caller() caller: Caller, @PathParams() at: TriggerPath) {
    return this.platform.delete(caller, trigger(at));
  }
}

const triggers = (at: VersionPath) =>
  path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/triggers`;
const trigger = (at: TriggerPath) =>
  path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/triggers/${at.trigger_name}`;
