import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { resolve } from 'node:path';
import { Metrics } from '../observability/metrics.js';
import { measureStore } from './store.metrics.js';
import { Config } from '../config/config.js';
import { LeaseStore } from './lease.store.js';
import { RecordStore } from './record.store.js';
import { SessionStore } from './session.store.js';
import { SqliteStore } from './sqlite.store.js';
import { Store } from './store.js';

/** The store that `SESSION_STORE_URL` names, as three ports. It closes after every module that uses it. */
@Module({
  providers: [
    {
      provide: Store,
      inject: [Config, Metrics],
      useFactory: async (config: Config, metrics: Metrics): Promise<Store> => {
        const { sessionStoreUrl: url } = config;
        if (url.startsWith('sqlite:')) return measureStore(openSqlite(url.slice('sqlite:'.length)), 'sqlite', metrics);
        // Loaded on demand: the Redis client takes 6 MB.
        const { RedisStore } = await import('./redis/redis.store.js');
        const store = await RedisStore.open(url);
        config.onReload(() => store.useCredentialsOf(config.sessionStoreUrl));
        return measureStore(store, 'redis', metrics);
      },
    },
    { provide: SessionStore, useExisting: Store },
    { provide: LeaseStore, useExisting: Store },
    { provide: RecordStore, useExisting: Store },
  ],
  exports: [Store, SessionStore, LeaseStore, RecordStore],
})
export class StoreModule implements OnApplicationShutdown {
  constructor(private readonly store: Store) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

/** SQLite's own message does not say which file it is about. */
function openSqlite(file: string): SqliteStore {
  try {
    return new SqliteStore(file);
  } catch (cause) {
    throw new Error(`SESSION_STORE_URL: ${resolve(file)} cannot be opened`, { cause });
  }
}
