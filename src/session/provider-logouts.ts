import { Injectable } from '@nestjs/common';
import { endedName } from './session.record.js';
import { RecordStore } from '../store/record.store.js';

/** As long as a sign-in may take. */
const REMEMBERED_MS = 900_000;

/** A sign-in that is about to become a session, in the store's names. */
export interface SignIn {
  readonly owner: string;
  readonly providerSession: string | null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * What the provider's logouts leave behind for sign-ins that began before them and are still on their way (OpenID Connect
 * Back-Channel Logout 1.0, section 2.7): they find no session to end yet, and must win all the same. Replicas' clocks are
 * taken to agree within the seconds that it takes a person to sign in.
 */
@Injectable()
export class ProviderLogouts {
  constructor(private readonly records: RecordStore) {}

  /** Remembers that a session of the provider, or a person, has left. */
  async note(who: string): Promise<void> {
    await this.records.remember(endedName(who), REMEMBERED_MS);
  }

  /** Whether a sign-in comes too late. A session of the provider never comes back; a person who left may sign in anew. */
  async beat({ owner, providerSession, startedAt }: SignIn): Promise<boolean> {
    if (providerSession !== null && (await this.records.rememberedFor(endedName(providerSession))) > 0) return true;
    const left = await this.records.rememberedFor(endedName(owner));
    return left > 0 && startedAt <= Date.now() + left - REMEMBERED_MS;
  }
}
