import { Module, type OnApplicationShutdown } from '@nestjs/common';
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
      inject: [Config],
      useFactory: async ({ sessionStoreUrl: url }: Config): Promise<Store> => {
        if (url.startsWith('sqlite:')) return new SqliteStore(url.slice('sqlite:'.length));
        // Loaded on demand: the Redis client takes 6 MB.
        const { RedisStore } = await import('./redis/redis.store.js');
        return RedisStore.open(url);
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
