import { canonical } from './canonical.js';
import type { Change, Difference, SubjectKind } from './change.js';
import { compareDefinitions } from './definition.comparison.js';
import { DefinitionDirections, type Direction } from './direction.js';
import { compareEndpoints, type SchemaPair } from './endpoint.comparison.js';
import type { SchemasByName } from './schema.scope.js';
import type { Definition, DefinitionLink, Endpoint, VersionContent } from './version.content.js';

/** Compares two versions. See `compareInSteps` for large ones. */
export function compareVersions(before: VersionContent, after: VersionContent): Difference {
  const steps = compareInSteps(before, after);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Compares two versions and yields after each subject, so that other work can be done in between. */
export function* compareInSteps(before: VersionContent, after: VersionContent): Generator<void, Difference> {
  const schemas = { before: schemasOf(before), after: schemasOf(after) };
  const changes: Change[] = [];
  let unchanged = 0;
  for (const kind of ['action', 'trigger'] as const) {
    const { pairs, removed, added } = yield* pairUp(kind, before, after);
    for (const [was, is] of pairs) {
      const change = compareEndpoints(kind, was, is, schemas);
      if (change === undefined) unchanged += 1;
      else changes.push(change);
      yield;
    }
    changes.push(
      ...removed.map(({ name }) => removedChange(kind, name)),
      ...added.map(({ name }) => addedChange(kind, name)),
    );
  }
  yield;
  const definitions = yield* compareAllDefinitions(before, after, schemas);
  return {
    changes: [...changes, ...definitions.changes],
    unchanged: unchanged + definitions.unchanged,
    uncompared: definitions.uncompared,
  };
}

function* compareAllDefinitions(
  before: VersionContent,
  after: VersionContent,
  schemas: SchemaPair,
): Generator<void, Difference> {
  const directions = [yield* DefinitionDirections.find(before), yield* DefinitionDirections.find(after)];
  const former = byName(before.definitions);
  const current = byName(after.definitions);
  const changes: Change[] = [];
  const uncompared: string[] = [];
  let unchanged = 0;
  for (const definition of current.values()) {
    const was = former.get(definition.name);
    if (was === undefined) {
      if (isComplete(before, 'definition')) changes.push(addedChange('definition', definition.name));
    } else {
      const direction = union(directions.map((each) => each.of(definition.name)));
      const change = compareDefinitions(was, definition, direction, schemas);
      const isKnown = was.schema !== undefined && definition.schema !== undefined;
      if (change !== undefined) changes.push(change);
      else if (isKnown) unchanged += 1;
      if (!isKnown) uncompared.push(definition.name);
    }
    yield;
  }
  const gone = isComplete(after, 'definition') ? [...former.keys()].filter((name) => !current.has(name)) : [];
  for (const name of gone) changes.push(removedChange('definition', name));
  return { changes, unchanged, uncompared };
}

function union(directions: readonly (Direction | undefined)[]): Direction | undefined {
  const given = new Set(directions.filter((direction) => direction !== undefined));
  return given.size > 1 ? 'both' : [...given][0];
}

interface Pairing {
  readonly pairs: readonly (readonly [Endpoint, Endpoint])[];
  readonly removed: readonly Endpoint[];
  readonly added: readonly Endpoint[];
}

/** Finds the former version of each: the one with the same name, or else the only one that sends the same request. */
function* pairUp(kind: 'action' | 'trigger', before: VersionContent, after: VersionContent): Generator<void, Pairing> {
  const [was, is] = [before[`${kind}s`], after[`${kind}s`]];
  const [former, current] = [byName(was), byName(is)];
  const isWhole = { before: isComplete(before, kind), after: isComplete(after, kind) };
  const gone = isWhole.after ? [...former.values()].filter(({ name }) => !current.has(name)) : [];
  const fresh = isWhole.before ? [...current.values()].filter(({ name }) => !former.has(name)) : [];
  const kept = [...current.values()].flatMap((endpoint) => {
    const found = former.get(endpoint.name);
    return found === undefined ? [] : [[found, endpoint] as const];
  });
  if (gone.length === 0 || fresh.length === 0) return { pairs: kept, removed: gone, added: fresh };
  const renamed = yield* findRenamed(kind === 'action' ? targetOf : contentOf, was, is);
  const pairs = [...renamed].filter(([one, other]) => !current.has(one.name) && !former.has(other.name));
  const [formerly, now] = [new Set(pairs.map(([one]) => one)), new Set(pairs.map(([, other]) => other))];
  return {
    pairs: [...kept, ...pairs],
    removed: gone.filter((endpoint) => !formerly.has(endpoint)),
    added: fresh.filter((endpoint) => !now.has(endpoint)),
  };
}

function isComplete({ incomplete = [] }: VersionContent, kind: SubjectKind): boolean {
  return !incomplete.includes(kind);
}

/** Pairs those whose request is unique both before and after. */
function* findRenamed(
  purpose: (endpoint: Endpoint) => string,
  before: readonly Endpoint[],
  after: readonly Endpoint[],
): Generator<void, ReadonlyMap<Endpoint, Endpoint>> {
  const [was, is] = [yield* byPurpose(before, purpose), yield* byPurpose(after, purpose)];
  const pairs = new Map<Endpoint, Endpoint>();
  for (const [key, former] of was) {
    const current = is.get(key);
    if (former !== undefined && current !== undefined) pairs.set(former, current);
  }
  return pairs;
}

/** By request; undefined if several have the same one, since the renamed one cannot be identified. */
function* byPurpose(
  endpoints: readonly Endpoint[],
  purpose: (endpoint: Endpoint) => string,
): Generator<void, ReadonlyMap<string, Endpoint | undefined>> {
  const found = new Map<string, Endpoint | undefined>();
  for (const endpoint of endpoints) {
    const key = purpose(endpoint);
    found.set(key, found.has(key) ? undefined : endpoint);
    yield;
  }
  return found;
}

function targetOf({ method, path }: Endpoint): string {
  return `${method} ${path ?? ''}`;
}

function contentOf({ method, parameters, requestBody, responses }: Endpoint): string {
  return canonical([
    method,
    parameters,
    requestBody && [requestBody.required, namesOf(requestBody.definitions)],
    responses.map(({ status, definitions }) => [status, namesOf(definitions)]),
  ]);
}

function namesOf(links: readonly DefinitionLink[]): readonly (string | undefined)[] {
  return links.map(({ definition }) => definition.name);
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): ReadonlyMap<string, T> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function schemasOf({ definitions }: VersionContent): SchemasByName {
  const known = definitions.filter(({ schema }: Definition) => schema !== undefined);
  return new Map(known.map(({ name, schema }) => [name, schema]));
}

function addedChange(kind: SubjectKind, name: string): Change {
  return { subject: { kind, name }, change: 'added', breaking: false, text: `The ${kind} was added.` };
}

function removedChange(kind: SubjectKind, name: string): Change {
  return {
    subject: { kind, name },
    change: 'removed',
    breaking: true,
    text: `The ${kind} was removed; what uses it stops working.`,
  };
}
