import { Module } from '@nestjs/common';
import { CryptoModule } from '../crypto/crypto.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { StoreModule } from '../store/store.module.js';
import { IdempotencyStore } from './idempotency.store.js';
import { IdempotencyService } from './idempotency.service.js';

/** `Idempotency-Key`. Imports the platform and the store, so both stay open until its calls have finished. */
@Module({
  imports: [CryptoModule, PlatformModule, StoreModule],
  providers: [IdempotencyStore, IdempotencyService],
  exports: [IdempotencyStore, IdempotencyService],
})
export class IdempotencyModule {}
