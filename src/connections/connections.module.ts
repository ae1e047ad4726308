import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { ConnectionsController } from './connections.controller.js';

/** Connections to external systems. */
@Module({ imports: [IdempotencyModule, PlatformModule], controllers: [ConnectionsController] })
export class ConnectionsModule {}
