import { Injectable } from '@nestjs/common';
import { endedName } from './session.record.js';
import { RecordStore } from '../store/record.store.js';

/** Maximum duration of a sign-in. */
const REMEMBERED_MS = 900_000;

/** A sign-in that is about to become a session, by its names in the store. */
export interface SignIn {
  readonly owner: string;
  readonly providerSession: string | null;
  /** Epoch milliseconds by the store's clock. */
  readonly startedAt: number;
}

/**
 * Remembers logouts at the provider, for sign-ins that began before and are still in progress (OpenID Connect Back-
 * Channel Logout 1.0, section 2.7): there was no session to end yet, and the logout must win.
 */
@Injectable()
export class ProviderLogouts {
  constructor(private readonly records: RecordStore) {}

  /** Records the logout of a provider session or of a person. */
  async note(who: string): Promise<void> {
    await this.records.remember(endedName(who), REMEMBERED_MS);
  }

  /** Whether a logout came after the sign-in began. A provider session never returns; a person may sign in again. */
  async beat({ owner, providerSession, startedAt }: SignIn): Promise<boolean> {
    if (providerSession !== null && (await this.records.rememberedUntil(endedName(providerSession))) > 0) return true;
    const until = await this.records.rememberedUntil(endedName(owner));
    return until > 0 && startedAt <= until - REMEMBERED_MS;
  }
}
