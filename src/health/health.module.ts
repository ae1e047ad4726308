import { Module, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import type { GatewayAdapter } from '../http/adapter/gateway.adapter.js';
import { StoreModule } from '../store/store.module.js';
import { HealthController } from './health.controller.js';

/** After SIGTERM: how long load balancers get to see that the replica is not ready before it stops listening. */
const GRACE_MS = 3_000;

/** Health checks for orchestrators, and the orderly end: not ready, then connections closed after their last answer. */
@Module({
  imports: [TerminusModule.forRoot({ gracefulShutdownTimeoutMs: GRACE_MS }), StoreModule],
  controllers: [HealthController],
})
export class HealthModule implements OnModuleDestroy {
  constructor(private readonly host: HttpAdapterHost<GatewayAdapter>) {}

  onModuleDestroy(): void {
    this.host.httpAdapter.drain();
  }
}
