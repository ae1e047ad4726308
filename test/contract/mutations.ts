import * as fc from 'fast-check';

type Json = Record<string, unknown>;
type Draw = fc.GeneratorValue;

/** Values that are invalid almost everywhere but pass careless checks. */
const ODD_VALUES: readonly unknown[] = [
  null,
  '',
  'x',
  'latest',
  '..',
  0,
  -1.5,
  7,
  true,
  [],
  {},
  [null],
  ['x'],
  [[]],
  [{}],
  { length: 1 },
];

/** Names that are special in JavaScript, or similar to a name in the contract. */
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  'valueOf',
  'then',
  '',
  '0',
  'unheardOf',
  'NAME',
  'ſort',
  'TYPE',
  'İd',
];

/** Discriminators that are valid in some places only. */
const TAGS = ['none', 'oauth2', 'hmac', 'http', 'bigquery', 'password', 'string', 'jwt-bearer'];

/** A copy of a valid value, mutated in a few places; still representable in JSON. */
export function mutate(g: Draw, valid: unknown): unknown {
  const root = { value: structuredClone(valid) } as Json;
  const times = g(fc.integer, { min: 0, max: 3 });
  for (let i = 0; i < times; i++) mutateSomewhere(g, root);
  return JSON.parse(JSON.stringify(root['value'] ?? null));
}

/** Descends to a random place and mutates it. */
function mutateSomewhere(g: Draw, parent: Json | unknown[]): void {
  const names = Object.keys(parent);
  if (names.length === 0) return;
  const name = pick(g, names);
  const value = (parent as Json)[name];
  if (isContainer(value) && g(fc.integer, { min: 0, max: 3 }) > 0) mutateSomewhere(g, value);
  else pick(g, MUTATIONS)(g, parent as Json, name);
}

const MUTATIONS: readonly ((g: Draw, parent: Json, name: string) => void)[] = [
  (_, parent, name) => void delete parent[name],
  (g, parent, name) => put(parent, name, pick(g, ODD_VALUES)),
  (g, parent, name) => put(parent, name, g(fc.jsonValue, { maxDepth: 2 })),
  (g, parent) => put(parent, pick(g, ODD_NAMES), pick(g, ODD_VALUES)),
  (_, parent, name) => put(parent, name, [parent[name], parent[name]]),
  (_, parent, name) => put(parent, name, { [name]: parent[name] }),
  (_, parent, name) => put(parent, name.toUpperCase(), parent[name]),
  (_, parent, name) => put(parent, name, Object.values(parent).at(-1)),
  (g, parent, name) => put(parent, name, pick(g, TAGS)),
];

/** Sets a member like a JSON parser: `__proto__` becomes an ordinary member. */
function put(parent: Json, name: string, value: unknown): void {
  Object.defineProperty(parent, name, {
    value: structuredClone(value),
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function pick<T>(g: Draw, from: readonly T[]): T {
  return from[g(fc.nat, { max: from.length - 1 })] as T;
}

function isContainer(value: unknown): value is Json | unknown[] {
  return typeof value === 'object' && value !== null;
}
