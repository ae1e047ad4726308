import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { SessionModule } from '../session/session.module.js';
import { HealthController } from './health.controller.js';

/** After SIGTERM: how long load balancers get to see that the replica is not ready before it stops listening. */
const GRACE_MS = 3_000;

/** What orchestrators ask, and the orderly end: not ready, then no longer listening, then gone. */
@Module({
  imports: [TerminusModule.forRoot({ gracefulShutdownTimeoutMs: GRACE_MS }), SessionModule],
  controllers: [HealthController],
})
export class HealthModule {}
