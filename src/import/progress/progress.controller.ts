import { Controller, Get, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../../auth/caller.js';
import { SessionLiveness } from '../../auth/session.liveness.js';
import { StreamSubscriptions } from '../../auth/stream.subscriptions.js';
import { ImportProgressPath } from '../../contract/dto/paths.dto.js';
import { Answers, NoPlatformCall, Problems } from '../../contract/validation/answers.js';
import { PathParams } from '../../contract/validation/parameters.js';
import type { GatewayRequest } from '../../http/exchange.js';
import { IdempotencyService } from '../../idempotency/idempotency.service.js';
import { IdempotencyStore } from '../../idempotency/idempotency.store.js';
import { readKey } from '../../idempotency/idempotency-key.js';
import { importScope } from '../imports.js';
import { ProgressStream } from './progress.stream.js';
import { ProgressWatch } from './progress.watch.js';

const EVENTS = { mediaType: 'text/event-stream', schema: { type: 'string' } };

/** The progress of imports. */
@Controller('o/:organisation_id/imports')
@ApiTags('Import')
export class ProgressController {
  constructor(
    private readonly idempotency: IdempotencyService,
    private readonly store: IdempotencyStore,
    private readonly liveness: SessionLiveness,
    private readonly subscriptions: StreamSubscriptions,
  ) {}

  /** Follow an import that was sent with an `Idempotency-Key`, as server-sent events. */
  @Get(':idempotency_key/progress')
  @Answers(200, EVENTS)
  @Problems('invalid_idempotency_key', 'too_many_watchers')
  @NoPlatformCall()
  watchImport(@Caller() caller: Caller, @PathParams() at: ImportProgressPath, @Req() req: GatewayRequest) {
    const name = this.idempotency.nameOf(caller, importScope(at), readKey(at.idempotency_key));
    return new ProgressStream(
      () => this.subscriptions.enter('import', caller.subject),
      (signal) => new ProgressWatch(this.store, this.liveness, name, req).events(signal),
    );
  }
}
