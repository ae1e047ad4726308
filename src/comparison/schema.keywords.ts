import { canonical } from './canonical.js';

/** A JSON Schema that is an object. */
export type Schema = Readonly<Record<string, unknown>>;

/** The effect of a change of a keyword on the set of values that a schema allows. */
export interface Effect {
  /** Values that were allowed are no longer allowed. */
  readonly narrows: boolean;
  /** Values are allowed that were not allowed before. */
  readonly widens: boolean;
}

export const NARROWS: Effect = { narrows: true, widens: false };
export const WIDENS: Effect = { narrows: false, widens: true };
export const BOTH: Effect = { narrows: true, widens: true };
export const NEITHER: Effect = { narrows: false, widens: false };

/** Keywords that describe values and restrict none. */
const ANNOTATIONS = new Set([
  '$anchor',
  '$comment',
  '$id',
  '$schema',
  '$vocabulary',
  'contentEncoding',
  'contentMediaType',
  'default',
  'deprecated',
  'description',
  'example',
  'examples',
  'externalDocs',
  'title',
  'xml',
]);
/** Keywords that hold schemas for references. */
const CONTAINERS = new Set(['$defs', 'definitions', '$ref']);
/** Keywords with their own comparison. */
const STRUCTURE = new Set([
  'type',
  'nullable',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'prefixItems',
  'anyOf',
  'oneOf',
]);
const LOWER_BOUNDS = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']);
const UPPER_BOUNDS = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']);
/** Keywords whose presence restricts, and whose values are not compared. */
const RESTRICTIONS = new Set(['format', 'pattern', 'uniqueItems', 'readOnly', 'writeOnly']);

/** Whether a keyword only describes values. */
export function isAnnotation(keyword: string): boolean {
  return ANNOTATIONS.has(keyword) || keyword.startsWith('x-');
}

/** Whether a keyword is compared on its own, by `effectOf`. */
export function isSimple(keyword: string): boolean {
  return !isAnnotation(keyword) && !CONTAINERS.has(keyword) && !STRUCTURE.has(keyword);
}

/** The effect of changing a keyword's value; undefined: the keyword is absent. */
export function effectOf(keyword: string, before: unknown, after: unknown): Effect {
  if (canonical(before) === canonical(after)) return NEITHER;
  if (LOWER_BOUNDS.has(keyword)) return effectOfBound(before, after, 1);
  if (UPPER_BOUNDS.has(keyword)) return effectOfBound(before, after, -1);
  if (keyword === 'multipleOf') return effectOfMultiple(before, after);
  if (RESTRICTIONS.has(keyword)) return effectOfPresence(before || undefined, after || undefined);
  // An unknown keyword: any value may have become invalid or valid.
  return BOTH;
}

function effectOfBound(before: unknown, after: unknown, sign: 1 | -1): Effect {
  if (before === undefined || after === undefined) return effectOfPresence(before, after);
  if (typeof before !== 'number' || typeof after !== 'number') return BOTH;
  return (after - before) * sign > 0 ? NARROWS : WIDENS;
}

function effectOfMultiple(before: unknown, after: unknown): Effect {
  if (typeof before !== 'number' || typeof after !== 'number') return effectOfPresence(before, after);
  if (after % before === 0) return NARROWS;
  return before % after === 0 ? WIDENS : BOTH;
}

function effectOfPresence(before: unknown, after: unknown): Effect {
  if (before === undefined) return after === undefined ? NEITHER : NARROWS;
  return after === undefined ? WIDENS : BOTH;
}

const ALL_TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** The types that a schema allows. `number` includes `integer`; a schema with properties describes objects. */
export function typesOf(schema: Schema): ReadonlySet<string> {
  const { type, nullable } = schema;
  const named = typeof type === 'string' ? [type] : Array.isArray(type) ? type.map(String) : impliedTypes(schema);
  const types = new Set(named);
  if (nullable === true) types.add('null');
  if (types.has('number')) types.add('integer');
  return types;
}

function impliedTypes({ properties, items, enum: values, const: value }: Schema): string[] {
  if (properties !== undefined) return ['object'];
  if (items !== undefined) return ['array'];
  if (Array.isArray(values)) return [...new Set(values.map(typeOf))];
  return value === undefined ? ALL_TYPES : [typeOf(value)];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

/** The types for people: without those that another one includes. */
export function nameTypes(types: ReadonlySet<string>): string {
  if (ALL_TYPES.every((type) => types.has(type))) return 'any';
  return [...types].filter((type) => type !== 'integer' || !types.has('number')).join(' or ');
}

/** The effect of replacing one set of allowed values by another. */
export function effectOfSets(before: ReadonlySet<string>, after: ReadonlySet<string>): Effect {
  return {
    narrows: [...before].some((entry) => !after.has(entry)),
    widens: [...after].some((entry) => !before.has(entry)),
  };
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Schema {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
