import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { ProtocolsController } from './protocols.controller.js';

/** The protocols that connectors can speak. */
@Module({ imports: [PlatformModule], controllers: [ProtocolsController] })
export class ProtocolsModule {}
