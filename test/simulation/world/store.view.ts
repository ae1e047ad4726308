import type { StoredSession } from '../../../src/store/session.store.js';
import { peekFile } from '../shims/sqlite.js';
import type { RedisServer } from './redis.server.js';

/** A session as the store holds it. */
export type StoredRow = StoredSession;

/** What is in a store, read beside the gateway's code. */
export interface StoreView {
  /** Counts changes, to look only where there is something to see. */
  readonly changes: number;
  sessions(): StoredRow[];
}

const SQL = `SELECT id, version, sealed, owner, provider_session AS providerSession, device,
  created_at AS createdAt, expires_at AS expiresAt, idle_expires_at AS idleExpiresAt FROM sessions`;

export function sqliteView(path: string): StoreView {
  return {
    get changes() {
      return peekFile(path)?.commits ?? 0;
    },
    sessions() {
      const rows = peekFile(path)?.database.prepare(SQL).all() as unknown as StoredRow[] | undefined;
      return (rows ?? []).map((row) => ({ ...row, sealed: Buffer.from(row.sealed) }));
    },
  };
}

const PREFIX = 'gateway:session:';

export function redisView(server: RedisServer): StoreView {
  return {
    get changes() {
      return server.changes;
    },
    sessions() {
      return [...server.hashes(PREFIX)].map(([key, fields]) => {
        const field = (name: string): string => String(fields.get(name) ?? '');
        return {
          id: key.slice(PREFIX.length),
          version: Number(field('version')),
          sealed: fields.get('sealed') ?? Buffer.alloc(0),
          owner: field('owner'),
          providerSession: field('providerSession') || null,
          device: field('device'),
          createdAt: Number(field('createdAt')),
          expiresAt: Number(field('expiresAt')),
          idleExpiresAt: Number(field('idleExpiresAt')),
        };
      });
    },
  };
}
