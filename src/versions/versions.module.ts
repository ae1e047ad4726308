import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { ContractDepartures } from './contract.departures.js';
import { ListReader } from './list.reader.js';
import { Readings } from './readings.js';
import { VersionContents } from './version.contents.js';
import { VersionReader } from './version.reader.js';
import { WorkSlices } from './work.slices.js';

/** Reading of everything that belongs to a version, for answers that are the gateway's own. */
@Module({
  imports: [PlatformModule],
  providers: [ContractDepartures, ListReader, Readings, VersionContents, VersionReader, WorkSlices],
  exports: [ListReader, Readings, VersionContents, VersionReader, WorkSlices],
})
export class VersionsModule {}
