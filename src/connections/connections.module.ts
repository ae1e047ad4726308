import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { ConnectionsController } from './connections.controller.js';

/** Connections to external systems. */
@Module({ imports: [PlatformModule], controllers: [ConnectionsController] })
export class ConnectionsModule {}
