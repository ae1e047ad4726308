import type { DefinitionEntry } from '../store/records.js';
import type { Store } from '../store/store.js';

/** The definitions of one version, each read at most once. */
export class DefinitionCatalog {
  private readonly seen = new Map<string, DefinitionEntry | undefined>();

  constructor(
    private readonly store: Store,
    readonly versionId: string,
  ) {}

  byId(id: string): DefinitionEntry | undefined {
    if (!this.seen.has(id)) this.keep(id, this.store.definitions.get(id));
    return this.seen.get(id);
  }

  byName(name: string): DefinitionEntry | undefined {
    return this.store.definitions.find(this.versionId, name);
  }

  private keep(id: string, found: DefinitionEntry | undefined): void {
    this.seen.set(id, found?.parent === this.versionId ? found : undefined);
  }
}
