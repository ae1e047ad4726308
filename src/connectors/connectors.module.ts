import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { ActionsController } from './actions.controller.js';
import { ConnectorsController } from './connectors.controller.js';
import { DefinitionsController } from './definitions.controller.js';
import { TriggersController } from './triggers.controller.js';
import { VersionsController } from './versions.controller.js';

/** Connectors and everything that belongs to their versions. */
@Module({
  imports: [IdempotencyModule, PlatformModule],
  controllers: [ConnectorsController, VersionsController, ActionsController, TriggersController, DefinitionsController],
})
export class ConnectorsModule {}
