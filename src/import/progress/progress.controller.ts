import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, NoPlatformCall, Problems } from '../../contract/validation/answers.js';
import { PathParams } from '../../contract/validation/parameters.js';
import { ImportProgressPath } from '../../contract/dto/paths.dto.js';
import { IdempotencyService } from '../../idempotency/idempotency.service.js';
import { readKey } from '../../idempotency/idempotency-key.js';
import { importScope } from '../imports.js';
import { ProgressSubscriptions } from './progress.subscriptions.js';
import { Caller } from '../../auth/caller.js';

const EVENTS = { mediaType: 'text/event-stream', schema: { type: 'string' } };

/** How far an import has come. */
@Controller('o/:organisation_id/imports')
@ApiTags('Import')
export class ProgressController {
  constructor(
    private readonly idempotency: IdempotencyService,
    private readonly watchers: ProgressSubscriptions,
  ) {}

  /** Watch an import of yours that was sent with an `Idempotency-Key`, as server-sent events, to its result. */
  @Get(':idempotency_key/progress')
  @Answers(200, EVENTS)
  @Problems('invalid_idempotency_key', 'too_many_watchers')
  @NoPlatformCall()
  watchImport(@Caller() caller: Caller, @PathParams() at: ImportProgressPath) {
    const key = readKey(at.idempotency_key);
    return this.watchers.watch(caller, this.idempotency.nameOf(caller, importScope(at), key));
  }
}
