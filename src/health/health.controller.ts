import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheck, type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { Problem } from '../http/problem.js';
import { Navigation, Public } from '../auth/caller.js';
import { Store } from '../store/store.js';

/** Longer than any store takes to give up by itself. */
const STORE_TIMEOUT_MS = 2_000;
/** Probes are not in the API document; documenting them would load @nestjs/swagger a second time at each start. */
const Probe = (): MethodDecorator => HealthCheck({ noCache: true, swaggerDocumentation: false });

/**
 * Three questions of an orchestrator. None of them asks the platform or the identity provider: their failures are
 * reported per request, and taking every replica out of rotation for them would make them everyone's.
 */
@Controller('health')
@ApiExcludeController()
@Public()
@Navigation()
export class HealthController {
  private storeHasWorked = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly store: Store,
  ) {}

  /** Liveness: a replica that does not answer is to be restarted. It answers while it shuts down. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /**
   * Readiness: whether to send it requests. Not while it shuts down, and not before its store has worked once: its
   * settings may be wrong. A store that fails later fails for every replica, and takes none out of rotation.
   */
  @Get('ready')
  @Probe()
  ready() {
    return this.health.check(this.storeHasWorked ? [] : [() => this.storeAnswers()]).catch(explain);
  }

  /** Start-up: whether it has started, with a session store that answers. */
  @Get('startup')
  @Probe()
  startup() {
    return this.health.check([() => this.storeAnswers()]).catch(explain);
  }

  private storeAnswers() {
    const ping = async (): Promise<void> => {
      await this.store.ping();
      this.storeHasWorked = true;
    };
    return this.indicators.check('session_store').attempt(ping).withTimeout(STORE_TIMEOUT_MS);
  }
}

/** Terminus's no, in the one error shape. */
function explain(error: unknown): never {
  if (!(error instanceof ServiceUnavailableException)) throw error;
  const { status, details } = error.getResponse() as HealthCheckResult;
  if (status === 'shutting_down') throw new Problem('shutting_down', { cause: error });
  const down = Object.keys(details).join(', ');
  throw new Problem('not_ready', { message: `This replica is not ready: ${down} does not answer.`, cause: error });
}
