import type { LeaseStore } from './lease.store.js';
import type { RecordStore } from './record.store.js';
import type { SessionStore } from './session.store.js';

/** What SQLite and Redis each implement. Users of the store take the port that they need, not this class. */
export abstract class Store implements SessionStore, LeaseStore, RecordStore {
  abstract now: SessionStore['now'];
  abstract create: SessionStore['create'];
  abstract read: SessionStore['read'];
  abstract replace: SessionStore['replace'];
  abstract extend: SessionStore['extend'];
  abstract remove: SessionStore['remove'];
  abstract listByOwner: SessionStore['listByOwner'];
  abstract listByProviderSession: SessionStore['listByProviderSession'];
  abstract countAlive: SessionStore['countAlive'];
  abstract removeExpired: SessionStore['removeExpired'];
  abstract onChange: SessionStore['onChange'];
  abstract lease: LeaseStore['lease'];
  abstract release: LeaseStore['release'];
  abstract putRecord: RecordStore['putRecord'];
  abstract readRecord: RecordStore['readRecord'];
  abstract charge: RecordStore['charge'];
  abstract hasRoomFor: RecordStore['hasRoomFor'];
  abstract rememberOnce: RecordStore['rememberOnce'];
  abstract remember: RecordStore['remember'];
  abstract rememberedUntil: RecordStore['rememberedUntil'];
  /** Rejects when the store does not answer. */
  abstract ping(): Promise<void>;
  abstract close(): Promise<void>;
}
