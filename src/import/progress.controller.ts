import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers } from '../contract/answers.js';
import { PathParams } from '../contract/parameters.js';
import { ImportProgressPath } from '../contract/paths.dto.js';
import { Creations } from '../idempotency/creations.js';
import { readKey } from '../idempotency/idempotency-key.js';
import { Watchers } from '../idempotency/watchers.js';
import { Caller } from '../session/caller.js';

const EVENTS = { mediaType: 'text/event-stream', schema: { type: 'string' } };

/** How far an import has come. */
@Controller('o/:organisation_id/imports')
@ApiTags('Import')
export class ProgressController {
  constructor(
    private readonly creations: Creations,
    private readonly watchers: Watchers,
  ) {}

  /** Watch an import of yours that was sent with an `Idempotency-Key`, as server-sent events, to its result. */
  @Get(':idempotency_key/progress')
  @Answers(200, EVENTS)
  watchImport(@Caller() caller: Caller, @PathParams() at: ImportProgressPath) {
    const key = readKey(at.idempotency_key);
    return this.watchers.watch(caller, this.creations.nameOfImport(caller, at.organisation_id, key));
  }
}
