import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from './config/config.js';
import { Metrics } from './observability/metrics.js';
import { ConfigError } from './config/settings-reader.js';

/** Polling interval for the files. File system watchers miss a moved symbolic link, which Kubernetes uses. */
const LOOK_MS = 2_000;

/** Rereads the secrets in files: when they change, and at once on SIGHUP. */
@Injectable()
export class SecretReloader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Secrets');
  private timer: NodeJS.Timeout | undefined;
  private failure = '';

  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    process.on('SIGHUP', this.reload);
    if (this.config.hasSecretFiles) this.timer = setInterval(this.reload, LOOK_MS).unref();
  }

  onApplicationShutdown(): void {
    process.off('SIGHUP', this.reload);
    clearInterval(this.timer);
  }

  /** An unusable file is reported once, and the gateway keeps its current secrets. */
  private readonly reload = (): void => {
    let failure = '';
    try {
      if (this.config.reload()) {
        this.metrics.secretReload('success');
        this.logger.log('secrets were read again from their files');
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      failure = error.message;
      if (failure !== this.failure) this.metrics.secretReload('failed');
      if (failure !== this.failure) this.logger.error({ reason: failure }, 'secrets cannot be read again');
    }
    this.failure = failure;
  };
}
