import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Collection, type Entry } from './collection.js';
import type {
  ConnectionEntry,
  ConnectorEntry,
  CredentialEntry,
  DefinitionEntry,
  EndpointEntry,
  OAuth2StateEntry,
  OrganisationEntry,
  VersionEntry,
} from './records.js';
import { UploadTable } from './upload.table.js';

type CollectionOf<E extends Entry> = Collection<E['body'], E['inner']>;

/** All stored data of the platform. */
export class Store {
  readonly organisations: CollectionOf<OrganisationEntry>;
  readonly connectors: CollectionOf<ConnectorEntry>;
  readonly versions: CollectionOf<VersionEntry>;
  readonly actions: CollectionOf<EndpointEntry>;
  readonly triggers: CollectionOf<EndpointEntry>;
  readonly definitions: CollectionOf<DefinitionEntry>;
  readonly connections: CollectionOf<ConnectionEntry>;
  readonly connectionVersions: CollectionOf<VersionEntry>;
  readonly credentials: CollectionOf<CredentialEntry>;
  readonly oauth2States: CollectionOf<OAuth2StateEntry>;
  readonly uploads: UploadTable;
  private readonly deletion: StatementSync;

  constructor(private readonly database: DatabaseSync) {
    this.organisations = new Collection(database, 'organisation');
    this.connectors = new Collection(database, 'connector');
    this.versions = new Collection(database, 'version');
    this.actions = new Collection(database, 'action');
    this.triggers = new Collection(database, 'trigger');
    this.definitions = new Collection(database, 'definition');
    this.connections = new Collection(database, 'connection');
    this.connectionVersions = new Collection(database, 'connection-version');
    this.credentials = new Collection(database, 'credential');
    this.oauth2States = new Collection(database, 'oauth2-state');
    this.uploads = new UploadTable(database);
    this.deletion = database.prepare(`
      WITH RECURSIVE doomed(id) AS (VALUES (?) UNION SELECT entry.id FROM entry JOIN doomed ON entry.parent = doomed.id)
      DELETE FROM entry WHERE id IN doomed`);
  }

  /** Deletes an entry and its children. */
  delete(id: string): void {
    this.deletion.run(id);
  }

  /** Runs the work in one transaction. */
  transaction<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }
}
