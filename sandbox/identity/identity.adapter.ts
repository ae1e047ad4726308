import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { epochSeconds } from './identity.database.js';

/** Stores one kind of the provider's artifacts (sessions, grants, codes, tokens) in SQLite. */
export class SqliteAdapter implements Adapter {
  private readonly write: StatementSync;
  private readonly read: StatementSync;
  private readonly readByUid: StatementSync;
  private readonly use: StatementSync;
  private readonly remove: StatementSync;
  private readonly removeByGrant: StatementSync;

  constructor(
    private readonly model: string,
    database: DatabaseSync,
  ) {
    const live = '(expires_at IS NULL OR expires_at > ?)';
    this.write = database.prepare(
      `INSERT INTO artifact (model, id, payload, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`,
    );
    this.read = database.prepare(`SELECT payload FROM artifact WHERE model = ? AND id = ? AND ${live}`);
    this.readByUid = database.prepare(
      `SELECT payload FROM artifact WHERE model = ? AND payload ->> '$.uid' = ? AND ${live}`,
    );
    this.use = database.prepare(
      `UPDATE artifact SET payload = json_set(payload, '$.consumed', ?)
       WHERE model = ? AND id = ? AND payload ->> '$.consumed' IS NULL`,
    );
    this.remove = database.prepare('DELETE FROM artifact WHERE model = ? AND id = ?');
    this.removeByGrant = database.prepare("DELETE FROM artifact WHERE model = ? AND payload ->> '$.grantId' = ?");
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const expiresAt = expiresIn === undefined ? null : epochSeconds() + expiresIn;
    this.write.run(this.model, id, JSON.stringify(payload), expiresAt);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return payloadOf(this.read.get(this.model, id, epochSeconds()));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return payloadOf(this.readByUid.get(this.model, uid, epochSeconds()));
  }

  /** Only the device flow has user codes, and it is off. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  /**
   * Marks a code or a refresh token as used. The provider checks first and marks later; of two concurrent requests
   * the second is rejected here, so that single use holds (RFC 9700 section 4.14.2).
   */
  async consume(id: string): Promise<void> {
    const { changes } = this.use.run(epochSeconds(), this.model, id);
    if (changes === 0) throw new errors.InvalidGrant('already used');
  }

  async destroy(id: string): Promise<void> {
    this.remove.run(this.model, id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.removeByGrant.run(this.model, grantId);
  }
}

function payloadOf(row: ReturnType<StatementSync['get']>): AdapterPayload | undefined {
  return row === undefined ? undefined : (JSON.parse(String(row['payload'])) as AdapterPayload);
}
