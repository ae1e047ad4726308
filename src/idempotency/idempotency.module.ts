import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { SessionModule } from '../session/session.module.js';
import { Claims } from './claims.js';
import { Creations } from './creations.js';
import { Watchers } from './watchers.js';

/** `Idempotency-Key`. It stands above the platform and the store, so they stay open until its calls are finished. */
@Module({
  imports: [PlatformModule, SessionModule],
  providers: [Claims, Creations, Watchers],
  exports: [Creations, Watchers],
})
export class IdempotencyModule {}
