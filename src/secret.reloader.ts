import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from './config/config.js';
import { Metrics } from './observability/metrics.js';
import { ConfigError } from './config/settings-reader.js';

/** How often the files are looked at. What watches a path for the system misses a link that moves, as Kubernetes' do. */
const LOOK_MS = 2_000;

/** Reads the secrets in files again: when they change, and at once on SIGHUP. */
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

  /** A file that cannot be used is reported once, and the gateway goes on with what it has. */
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
