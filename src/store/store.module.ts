import { Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { SESSION_STORE, type SessionStore } from './session-store.js';
import { SqliteStore } from './sqlite.store.js';

/** The store that `SESSION_STORE_URL` names. */
@Module({
  providers: [
    {
      provide: SESSION_STORE,
      inject: [Config],
      useFactory: async ({ sessionStoreUrl: url }: Config): Promise<SessionStore> => {
        if (url.startsWith('sqlite:')) return new SqliteStore(url.slice('sqlite:'.length));
        // Loaded on demand: the Redis client takes 6 MB.
        const { RedisStore } = await import('./redis/redis.store.js');
        return RedisStore.open(url);
      },
    },
  ],
  exports: [SESSION_STORE],
})
export class StoreModule {}
