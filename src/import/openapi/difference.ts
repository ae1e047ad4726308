import type { Outline } from './outline.js';

/** What may differ between two actions that are the same for people. */
const ASPECTS = ['name', 'method', 'path', 'parameters', 'requestBody', 'responses', 'summary', 'description'] as const;
type Aspect = (typeof ASPECTS)[number];

/** An action by its name, and where it sends its request to. */
export interface ActionName {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

/** An action that both versions have, and in what it differs. */
export interface ChangedAction extends ActionName {
  readonly changes: Aspect[];
  /** What it was called, where it has another name now. */
  readonly formerName?: string;
}

/** How the actions of a version differ from those of the version before. */
export interface Difference {
  readonly added: ActionName[];
  readonly removed: ActionName[];
  readonly changed: ChangedAction[];
  readonly unchanged: number;
}

/** Compares actions by their names; those whose names are gone or new by where they send their requests to. */
export function differenceOf(before: readonly Outline[], after: readonly Outline[]): Difference {
  const gone = new Map(before.map((action) => [action.name, action]));
  const kept = after.flatMap((action) => pair(action, gone.get(action.name), gone));
  const named = new Set(kept.map(([, action]) => action.name));
  const byTarget = new Map([...gone.values()].map((action) => [targetOf(action), action]));
  const renamed = after
    .filter(({ name }) => !named.has(name))
    .flatMap((action) => pair(action, byTarget.get(targetOf(action)), gone));
  const pairs = [...kept, ...renamed];
  const matched = new Set(pairs.map(([, action]) => action.name));
  const changed = pairs.map(([former, action]) => change(former, action)).filter(({ changes }) => changes.length > 0);
  return {
    added: after.filter(({ name }) => !matched.has(name)).map(nameOf),
    removed: [...gone.values()].map(nameOf),
    changed,
    unchanged: pairs.length - changed.length,
  };
}

/** A former action is the former one of one action only. */
function pair(action: Outline, former: Outline | undefined, gone: Map<string, Outline>): [Outline, Outline][] {
  if (former === undefined || !gone.delete(former.name)) return [];
  return [[former, action]];
}

function change(former: Outline, action: Outline): ChangedAction {
  const changes = ASPECTS.filter((aspect) => String(former[aspect] ?? '') !== String(action[aspect] ?? ''));
  return { ...nameOf(action), changes, ...(changes.includes('name') && { formerName: former.name }) };
}

function targetOf({ method, path = '' }: Outline): string {
  return `${method} ${path}`;
}

function nameOf({ name, method, path = '' }: Outline): ActionName {
  return { name, method, path };
}
