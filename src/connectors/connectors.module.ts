import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { ActionsController } from './actions.controller.js';
import { ConnectorsController } from './connectors.controller.js';
import { DefinitionsController } from './definitions.controller.js';
import { TriggersController } from './triggers.controller.js';
import { VersionsModule } from '../versions/versions.module.js';
import { VersionDifferenceController } from './version-difference.controller.js';
import { VersionDifferenceService } from './version.difference.js';
import { VersionMessagesController } from './version-messages.controller.js';
import { VersionMessagesService } from './version.messages.js';
import { VersionsController } from './versions.controller.js';

/** Connectors and everything that belongs to their versions. */
@Module({
  imports: [IdempotencyModule, PlatformModule, VersionsModule],
  controllers: [
    ConnectorsController,
    VersionsController,
    VersionMessagesController,
    VersionDifferenceController,
    ActionsController,
    TriggersController,
    DefinitionsController,
  ],
  providers: [VersionDifferenceService, VersionMessagesService],
})
export class ConnectorsModule {}
