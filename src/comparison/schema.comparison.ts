import { canonical } from './canonical.js';
import {
  BOTH,
  type Effect,
  effectOf,
  effectOfSets,
  isAnnotation,
  isObject,
  isSimple,
  nameTypes,
  NARROWS,
  NEITHER,
  type Schema,
  typesOf,
  WIDENS,
} from './schema.keywords.js';
import { SchemaScope, type SchemasByName, UNRESOLVED } from './schema.scope.js';

/** A difference between two schemas and its effect on what they allow. */
export interface SchemaChange extends Effect {
  readonly text: string;
}

/** A schema and the other schemas of its version, to which it may refer. */
export interface SchemaSide {
  readonly schema: unknown;
  readonly definitions: SchemasByName;
}

/** Maximum number of changes described per pair of schemas; further ones are counted. */
const MAX_CHANGES = 100;
const MAX_DEPTH = 64;
/** Maximum number of places compared per pair of schemas: mutual references can multiply them. */
const MAX_PLACES = 100_000;
const PLACE_LENGTH = 200;

/** All differences between two schemas. The order of members does not matter. */
export function compareSchemas(before: SchemaSide, after: SchemaSide): readonly SchemaChange[] {
  try {
    if (canonical(before.schema) === canonical(after.schema)) return [];
    return new SchemaComparison(before, after).run(before.schema, after.schema);
  } catch (error) {
    // The stack overflows at some thousand levels, which no schema of an API has.
    if (error instanceof RangeError || error instanceof TooLarge) return [UNCOMPARABLE];
    throw error;
  }
}

const UNCOMPARABLE: SchemaChange = { text: 'The schema differs and is too large to be compared in detail.', ...BOTH };

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

class SchemaComparison {
  private readonly changes: SchemaChange[] = [];
  private readonly seen = new Set<string>();
  private readonly scopes: readonly [SchemaScope, SchemaScope];
  private further = { count: 0, narrows: false, widens: false };
  private places = 0;

  constructor(before: SchemaSide, after: SchemaSide) {
    this.scopes = [
      new SchemaScope(before.schema, before.definitions),
      new SchemaScope(after.schema, after.definitions),
    ];
  }

  run(before: unknown, after: unknown): readonly SchemaChange[] {
    this.compare(before, after, '', 0);
    const { count, ...effect } = this.further;
    return count === 0 ? this.changes : [...this.changes, { text: `And ${count} more differences.`, ...effect }];
  }

  private compare(before: unknown, after: unknown, at: string, depth: number): void {
    if (++this.places > MAX_PLACES || depth > MAX_DEPTH) throw new TooLarge();
    const [scopeBefore, scopeAfter] = this.scopes;
    const names = [scopeBefore.definitionName(before), scopeAfter.definitionName(after)];
    // A definition that both refer to is compared separately.
    if (names[0] !== undefined && names[0] === names[1]) return;
    if (this.isSeen(before, after)) return;
    const countBefore = this.count;
    const pair = dropCommonParts(before, after);
    this.compareKeywords(scopeBefore.expand(pair[0]), scopeAfter.expand(pair[1]), at, depth);
    if (names[0] !== undefined && names[1] !== undefined && this.count === countBefore)
      this.add(at, `is described by ${names[1]} instead of ${names[0]}, which allows the same`, NEITHER);
  }

  /** Each pair of references is followed once: schemas may be recursive. */
  private isSeen(before: unknown, after: unknown): boolean {
    const references = [before, after].map((schema) => (isObject(schema) ? schema['$ref'] : undefined));
    if (references.every((reference) => reference === undefined)) return false;
    const key = canonical([references, references.includes(undefined) ? [before, after] : []]);
    if (this.seen.has(key)) return true;
    this.seen.add(key);
    return false;
  }

  private compareKeywords(before: Schema, after: Schema, at: string, depth: number): void {
    this.compareTypes(before, after, at);
    this.compareValues(before, after, at);
    this.compareProperties(before, after, at, depth);
    this.compareOpenness(before, after, at, depth);
    this.compareItems(before, after, at, depth);
    for (const keyword of ['anyOf', 'oneOf']) this.compareAlternatives(keyword, before, after, at, depth);
    for (const keyword of keywordsOf(before, after)) {
      if (isSimple(keyword)) this.compareSimple(keyword, before[keyword], after[keyword], at);
      else if (isAnnotation(keyword)) this.compareAnnotation(keyword, before[keyword], after[keyword], at);
    }
  }

  private compareTypes(before: Schema, after: Schema, at: string): void {
    const [was, is] = [typesOf(before), typesOf(after)];
    const effect = effectOfSets(was, is);
    if (effect.narrows || effect.widens) this.add(at, `has type ${nameTypes(is)} instead of ${nameTypes(was)}`, effect);
  }

  private compareValues(before: Schema, after: Schema, at: string): void {
    const [was, is] = [valuesOf(before), valuesOf(after)];
    if (was === undefined && is === undefined) return;
    if (was === undefined) return this.add(at, `allows only ${sayValues(is)} now`, NARROWS);
    if (is === undefined) return this.add(at, `no longer allows only ${sayValues(was)}`, WIDENS);
    const gone = [...was].filter((value) => !is.has(value));
    const added = [...is].filter((value) => !was.has(value));
    if (gone.length > 0) this.add(at, `no longer allows ${sayValues(gone)}`, NARROWS);
    if (added.length > 0) this.add(at, `allows ${sayValues(added)} too`, WIDENS);
  }

  private compareProperties(before: Schema, after: Schema, at: string, depth: number): void {
    const [was, is] = [membersOf(before), membersOf(after)];
    const [needed, needs] = [requiredOf(before), requiredOf(after)];
    for (const name of new Set([...was.keys(), ...is.keys(), ...needed, ...needs])) {
      const place = at === '' ? name : `${at}.${name}`;
      const existed = was.has(name) || needed.has(name);
      const exists = is.has(name) || needs.has(name);
      if (!exists) this.add(place, 'was removed', BOTH);
      else if (!existed)
        this.add(place, needs.has(name) ? 'was added and is required' : 'was added', addedEffect(needs.has(name)));
      else {
        if (needs.has(name) && !needed.has(name)) this.add(place, 'is required now', NARROWS);
        if (needed.has(name) && !needs.has(name)) this.add(place, 'is no longer required', WIDENS);
        this.compare(was.get(name), is.get(name), place, depth + 1);
      }
    }
  }

  /** Members that are not named. Allowing more of them is as harmless as a new optional member. */
  private compareOpenness(before: Schema, after: Schema, at: string, depth: number): void {
    const [was, is] = [before['additionalProperties'] ?? true, after['additionalProperties'] ?? true];
    const isClosed = is === false;
    if (isClosed !== (was === false))
      return this.add(
        at,
        isClosed ? 'no longer allows further members' : 'allows further members',
        isClosed ? NARROWS : NEITHER,
      );
    if (isObject(was) || isObject(is)) this.compare(was, is, at === '' ? '*' : `${at}.*`, depth + 1);
  }

  private compareItems(before: Schema, after: Schema, at: string, depth: number): void {
    const [was, is] = [before['items'], after['items']];
    if (was !== undefined || is !== undefined) this.compare(was, is, `${at}[]`, depth + 1);
    const [first, second] = [entriesOf(before['prefixItems']), entriesOf(after['prefixItems'])];
    for (let i = 0; i < Math.max(first.length, second.length); i++)
      this.compare(first[i], second[i], `${at}[${i}]`, depth + 1);
  }

  private compareAlternatives(keyword: string, before: Schema, after: Schema, at: string, depth: number): void {
    const [was, is] = [byContent(before[keyword]), byContent(after[keyword])];
    if (was.size === 0 && is.size === 0) return;
    const gone = [...was].filter(([key]) => !is.has(key)).map(([, schema]) => schema);
    const added = [...is].filter(([key]) => !was.has(key)).map(([, schema]) => schema);
    if (was.size === 0) return this.add(at, `must be one of ${is.size} alternatives now`, NARROWS);
    if (is.size === 0) return this.add(at, `need no longer be one of ${was.size} alternatives`, WIDENS);
    const pairs = Math.min(gone.length, added.length);
    // Edited alternatives usually keep their order.
    for (let i = 0; i < pairs; i++) this.compare(gone[i], added[i], at, depth + 1);
    if (gone.length > pairs) this.add(at, `lost ${plural(gone.length - pairs, 'alternative')}`, NARROWS);
    if (added.length > pairs) this.add(at, `has ${plural(added.length - pairs, 'further alternative')}`, WIDENS);
  }

  private compareSimple(keyword: string, before: unknown, after: unknown, at: string): void {
    const effect = effectOf(keyword, before, after);
    if (effect.narrows || effect.widens) this.add(at, sayChange(keyword, before, after), effect);
  }

  private compareAnnotation(keyword: string, before: unknown, after: unknown, at: string): void {
    if (canonical(before) !== canonical(after)) this.add(at, `has another ${keyword}`, NEITHER);
  }

  private get count(): number {
    return this.changes.length + this.further.count;
  }

  private add(at: string, what: string, effect: Effect): void {
    const subject = at === '' ? 'The value' : clip(at);
    if (this.changes.length < MAX_CHANGES) return void this.changes.push({ text: `${subject} ${what}.`, ...effect });
    this.further = {
      count: this.further.count + 1,
      narrows: this.further.narrows || effect.narrows,
      widens: this.further.widens || effect.widens,
    };
  }
}

function addedEffect(isRequired: boolean): Effect {
  return isRequired ? NARROWS : NEITHER;
}

/** Parts of an `allOf` that both have: a shared base definition is compared separately. */
function dropCommonParts(before: unknown, after: unknown): readonly [unknown, unknown] {
  const [was, is] = [partsOf(before), partsOf(after)];
  return was.size === 0 || is.size === 0
    ? [before, after]
    : [withoutParts(before, was, is), withoutParts(after, is, was)];
}

function partsOf(schema: unknown): ReadonlyMap<string, unknown> {
  return byContent(isObject(schema) ? schema['allOf'] : undefined);
}

function withoutParts(
  schema: unknown,
  own: ReadonlyMap<string, unknown>,
  others: ReadonlyMap<string, unknown>,
): Schema {
  return { ...(schema as Schema), allOf: [...own].filter(([key]) => !others.has(key)).map(([, part]) => part) };
}

function byContent(list: unknown): ReadonlyMap<string, unknown> {
  return new Map(entriesOf(list).map((entry) => [canonical(entry), entry]));
}

function keywordsOf(before: Schema, after: Schema): ReadonlySet<string> {
  return new Set([...Object.keys(before), ...Object.keys(after)]);
}

function membersOf({ properties }: Schema): ReadonlyMap<string, unknown> {
  return new Map(isObject(properties) ? Object.entries(properties) : []);
}

function requiredOf({ required }: Schema): ReadonlySet<string> {
  return new Set(entriesOf(required).filter((name) => typeof name === 'string'));
}

function valuesOf({ enum: values, const: value }: Schema): ReadonlySet<string> | undefined {
  if (value !== undefined) return new Set([canonical(value)]);
  return Array.isArray(values) ? new Set(values.map(canonical)) : undefined;
}

function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function sayChange(keyword: string, before: unknown, after: unknown): string {
  if (keyword === UNRESOLVED)
    return after === undefined ? 'no longer refers to what cannot be found' : 'refers to what cannot be found';
  if (typeof before === 'object' || typeof after === 'object') return `has another ${keyword}`;
  return `has ${sayKeyword(keyword, after)} instead of ${sayKeyword(keyword, before)}`;
}

function sayKeyword(keyword: string, value: unknown): string {
  return value === undefined ? `no ${keyword}` : clip(`${keyword} ${JSON.stringify(value)}`);
}

const LISTED = 5;

function sayValues(values: Iterable<string> | undefined): string {
  const all = [...(values ?? [])];
  const more = all.length > LISTED ? ` and ${all.length - LISTED} more` : '';
  return all.slice(0, LISTED).map(clip).join(', ') + more;
}

function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function clip(text: string): string {
  return text.length > PLACE_LENGTH ? `${text.slice(0, PLACE_LENGTH)}…` : text;
}
