import { Controller, Get, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AuthenticatedRequest, Caller } from '../auth/caller.js';
import { VersionPath } from '../contract/dto/paths.dto.js';
import { VersionDifference, VersionDifferenceQuery } from '../contract/dto/version-difference.dto.js';
import { Answers } from '../contract/validation/answers.js';
import { PathParams, QueryParams } from '../contract/validation/parameters.js';
import { VersionDifferenceService } from './version.difference.js';

/** What changed between two versions. */
@ApiTags('Versions')
@Controller('o/:organisation_id/connectors/:connector_id/versions/:version/difference')
export class VersionDifferenceController {
  constructor(private readonly differences: VersionDifferenceService) {}

  /**
   * Compare a version with another one of the same connector.
   * @remarks Compares actions, triggers, and definitions with their schemas. Nothing is changed. Where something cannot be
   * read, `missing` names it, and what is missing is not taken for added or removed.
   */
  @Get()
  @Answers(200, VersionDifference)
  getVersionDifference(
    @Req() req: AuthenticatedRequest,
    @Caller() caller: Caller,
    @PathParams() at: VersionPath,
    @QueryParams() query: VersionDifferenceQuery,
  ) {
    return this.differences.get(req, caller, at, query);
  }
}
