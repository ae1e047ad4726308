import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Navigation, Public } from '../session/caller.js';
import type { SessionStore } from '../session/stores/session-store.js';
import { SESSION_STORE } from '../session/tokens.js';

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
    @Inject(SESSION_STORE) private readonly store: SessionStore,
  ) {}

  /** Does the process turn its wheels? If not, restart it. */
  @Get('live')
  @HealthCheck()
  live() {
    return this.health.check([]);
  }

  /** Should it be sent requests now? Not while it shuts down. */
  @Get('ready')
  @HealthCheck()
  ready() {
    return this.health.check([]);
  }

  /** Has it come up? Only with a session store that answers. */
  @Get('startup')
  @HealthCheck()
  startup() {
    return this.health.check([() => this.storeAnswers()]);
  }

  private async storeAnswers(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('session_store');
    return this.store.ping().then(
      () => indicator.up(),
      () => indicator.down(),
    );
  }
}
