import { Controller, Get, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AuthenticatedRequest, Caller } from '../auth/caller.js';
import { VersionPath } from '../contract/dto/paths.dto.js';
import { VersionMessages, VersionMessagesQuery } from '../contract/dto/version-messages.dto.js';
import { Answers } from '../contract/validation/answers.js';
import { PathParams, QueryParams } from '../contract/validation/parameters.js';
import { VersionMessagesService } from './version.messages.js';

/** What is wrong with a version. */
@ApiTags('Versions')
@Controller('o/:organisation_id/connectors/:connector_id/versions/:version/messages')
export class VersionMessagesController {
  constructor(private readonly messages: VersionMessagesService) {}

  /**
   * Get all messages of the platform about a version and what it depends on.
   * @remarks About the version itself, its actions, triggers and definitions, and the auth scheme configurations and
   * connections of its connector. Nothing is changed. Where something cannot be read, `missing` names it.
   */
  @Get()
  @Answers(200, VersionMessages)
  getVersionMessages(
    @Req() req: AuthenticatedRequest,
    @Caller() caller: Caller,
    @PathParams() at: VersionPath,
    @QueryParams() query: VersionMessagesQuery,
  ) {
    return this.messages.get(req, caller, at, query);
  }
}
