import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { ImportController } from './import.controller.js';

/** Import of OpenAPI documents. */
@Module({ imports: [PlatformModule], controllers: [ImportController] })
export class ImportModule {}
