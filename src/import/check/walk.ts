import type { Path } from './fault.js';
import { type Shape, memberOf } from './shapes.js';

/** An object of a document; its members may be anything as long as they have not been looked at. */
export type Members = Readonly<Record<string, unknown>>;

/** An object of an OpenAPI document that is more than data. */
export interface Node {
  readonly shape: Shape;
  readonly members: Members;
  readonly path: Path;
}

/** Whether a value is an object, neither list nor null. */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member; names like `constructor` come from documents too. */
export function own(members: unknown, key: string | number): unknown {
  return typeof members === 'object' && members !== null && Object.hasOwn(members, key)
    ? (members as Members)[key]
    : undefined;
}

/** Every object of a document that is more than data, in its order; whatever has the wrong type is left out. */
export function* walk(value: unknown, shape: Shape = 'document', path: Path = []): Generator<Node> {
  if (!isObject(value)) return;
  yield { shape, members: value, path };
  for (const [key, member] of Object.entries(value)) {
    const [form, inner] = memberOf(shape, key) ?? [];
    if (inner === undefined) continue;
    if (form === 'one') yield* walk(member, inner, [...path, key]);
    else if (form === 'list' ? Array.isArray(member) : isObject(member))
      yield* walkEach(member as Members, inner, [...path, key]);
  }
}

function* walkEach(members: Members, shape: Shape, path: Path): Generator<Node> {
  const isList = Array.isArray(members);
  for (const [key, member] of Object.entries(members))
    yield* walk(member, shape, [...path, isList ? Number(key) : key]);
}
