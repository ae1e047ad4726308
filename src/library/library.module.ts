import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { LibraryController } from './library.controller.js';

/** The public library. */
@Module({ imports: [PlatformModule], controllers: [LibraryController] })
export class LibraryModule {}
