import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { Problem } from '../http/problem.js';
import { Navigation, Public } from '../auth/caller.js';
import { Store } from '../store/store.js';

/**
 * Three questions of an orchestrator. None of them asks the platform or the identity provider: their trouble is told
 * per request, and taking every replica out of rotation for it would only make it everybody's.
 */
@Controller('health')
@ApiExcludeController()
@Public()
@Navigation()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly store: Store,
  ) {}

  /** Does the process turn its wheels? If not, restart it. It still does while it shuts down. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** Should it be sent requests now? Not while it shuts down. */
  @Get('ready')
  @HealthCheck()
  ready() {
    return this.health.check([]).catch(explain);
  }

  /** Has it come up? Only with a session store that answers. */
  @Get('startup')
  @HealthCheck()
  startup() {
    return this.health.check([() => this.storeAnswers()]).catch(explain);
  }

  private async storeAnswers(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('session_store');
    return this.store.ping().then(
      () => indicator.up(),
      () => indicator.down(),
    );
  }
}

/** Terminus's no, in the one error shape. */
function explain(error: unknown): never {
  if (!(error instanceof ServiceUnavailableException)) throw error;
  const { status, details } = error.getResponse() as HealthCheckResult;
  if (status === 'shutting_down') throw new Problem('shutting_down', { cause: error });
  const down = Object.keys(details).join(', ');
  throw new Problem('not_ready', { message: `What this replica needs does not answer yet: ${down}.`, cause: error });
}
