import { Module } from '@nestjs/common';
import { PlatformClient } from './platform.client.js';

/** The upstream. */
@Module({ providers: [PlatformClient], exports: [PlatformClient] })
export class PlatformModule {}
