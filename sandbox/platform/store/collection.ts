import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { parseLossless } from '../http/json.js';

/** A stored entry. */
export interface Entry<Body = object, Inner = object> {
  readonly id: string;
  /** ULID of its parent, with which it is deleted. */
  readonly parent: string;
  readonly name: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The members that callers see, including unknown ones. */
  readonly body: Body;
  /** The members that callers do not see. */
  readonly inner: Inner;
}

/** An entry to store. */
export type NewEntry<Body = object, Inner = object> = Omit<Entry<Body, Inner>, 'createdAt' | 'updatedAt'>;

type Row = Record<string, SQLOutputValue>;

/** All entries of one kind. */
export class Collection<Body extends object, Inner extends object = object> {
  private readonly statements: Record<
    'byId' | 'byName' | 'byParent' | 'all' | 'insert' | 'update' | 'touch',
    StatementSync
  >;

  constructor(
    database: DatabaseSync,
    private readonly kind: string,
  ) {
    const select = 'SELECT * FROM entry WHERE';
    this.statements = {
      byId: database.prepare(`${select} id = ? AND kind = ?`),
      byName: database.prepare(`${select} parent = ? AND kind = ? AND name = ?`),
      byParent: database.prepare(`${select} parent = ? AND kind = ? ORDER BY id`),
      all: database.prepare(`${select} kind = ? ORDER BY id`),
      insert: database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
      update: database.prepare('UPDATE entry SET name = ?, updated_at = ?, body = ?, inner = ? WHERE id = ?'),
      touch: database.prepare('UPDATE entry SET updated_at = ? WHERE id = ?'),
    };
  }

  get(id: string): Entry<Body, Inner> | undefined {
    return this.read(this.statements.byId.get(id, this.kind));
  }

  find(parent: string, name: string): Entry<Body, Inner> | undefined {
    return this.read(this.statements.byName.get(parent, this.kind, name));
  }

  /** In order of creation. */
  list(parent: string): Entry<Body, Inner>[] {
    return this.statements.byParent.all(parent, this.kind).flatMap((row) => this.read(row) ?? []);
  }

  all(): Entry<Body, Inner>[] {
    return this.statements.all.all(this.kind).flatMap((row) => this.read(row) ?? []);
  }

  /** Stores a new entry. */
  insert(made: NewEntry<Body, Inner>, createdAt: string): Entry<Body, Inner> {
    const { id, parent, name, body, inner } = made;
    const [bodyText, innerText] = [JSON.stringify(body), JSON.stringify(inner)];
    this.statements.insert.run(id, this.kind, parent, name, createdAt, createdAt, bodyText, innerText);
    return { id, parent, name, createdAt, updatedAt: createdAt, body, inner };
  }

  /** Replaces an entry. */
  update(entry: Entry<Body, Inner>): Entry<Body, Inner> {
    const { id, name, updatedAt, body, inner } = entry;
    this.statements.update.run(name, updatedAt, JSON.stringify(body), JSON.stringify(inner), id);
    return entry;
  }

  touch(id: string, updatedAt: string): void {
    this.statements.touch.run(updatedAt, id);
  }

  private read(row: Row | undefined): Entry<Body, Inner> | undefined {
    if (row === undefined) return undefined;
    const [id, parent, name] = [String(row['id']), String(row['parent']), String(row['name'])];
    const [createdAt, updatedAt] = [String(row['created_at']), String(row['updated_at'])];
    const body = parseLossless(String(row['body'])) as Body;
    return { id, parent, name, createdAt, updatedAt, body, inner: parseLossless(String(row['inner'])) as Inner };
  }
}
