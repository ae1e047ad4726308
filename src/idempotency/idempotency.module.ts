import { Module } from '@nestjs/common';
import { CryptoModule } from '../crypto/crypto.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { StoreModule } from '../store/store.module.js';
import { Claims } from './idempotency.store.js';
import { Creations } from './idempotency.service.js';

/** `Idempotency-Key`. It stands above the platform and the store, so they stay open until its calls are finished. */
@Module({
  imports: [CryptoModule, PlatformModule, StoreModule],
  providers: [Claims, Creations],
  exports: [Claims, Creations],
})
export class IdempotencyModule {}
