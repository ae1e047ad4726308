import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { VersionsModule } from '../versions/versions.module.js';
import { DocumentCheck } from './check/document.check.js';
import { ImportController } from './import.controller.js';
import { Imports } from './imports.js';
import { FormerVersionReader } from './former.version.js';
import { Previews } from './previews.js';
import { ProgressController } from './progress/progress.controller.js';
import { RemoteDocuments } from './intake/remote.documents.js';
import { Metrics } from '../observability/metrics.js';
import { UploadDirectory } from './intake/upload.directory.js';
import { Uploads } from './intake/uploads.js';

/** Import of OpenAPI documents. */
@Module({
  imports: [AuthModule, IdempotencyModule, PlatformModule, VersionsModule],
  controllers: [ImportController, ProgressController],
  providers: [DocumentCheck, Imports, FormerVersionReader, Previews, RemoteDocuments, UploadDirectory, Uploads],
})
export class ImportModule implements OnApplicationShutdown {
  constructor(
    private readonly idempotency: IdempotencyService,
    private readonly check: DocumentCheck,
    private readonly directory: UploadDirectory,
    metrics: Metrics,
  ) {
    const help = 'Documents that are being checked, and that wait for it.';
    metrics.gauge({ name: 'gateway_import_checks', help, labelNames: ['state'] }, () => [
      { labels: { state: 'running' }, value: check.running },
      { labels: { state: 'waiting' }, value: check.waiting },
    ]);
  }

  /** Imports that continue without their callers need the threads and files until they end. */
  async onApplicationShutdown(): Promise<void> {
    await this.idempotency.finish();
    await this.check.close();
    this.directory.close();
  }
}
