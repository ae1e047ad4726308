import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { LibraryController } from './library.controller.js';

/** The public library. */
@Module({ imports: [IdempotencyModule, PlatformModule], controllers: [LibraryController] })
export class LibraryModule {}
