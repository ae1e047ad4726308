import { getMetadataStorage } from 'class-validator';

/** A DTO class. */
export type Dto = new () => object;

/** Names the class that describes a nested value; the owner helps where a sibling decides. Undefined: any object. */
export type NestedClass = (owner: Record<string, unknown>) => Dto | undefined;

interface Union {
  readonly discriminator: string;
  readonly variants: Readonly<Record<string, Dto>>;
}

const nested = new Map<object, Map<string, NestedClass>>();
const unions = new Map<Dto, Union>();

/** Remembers which class describes the value (or each element) of a member. */
export function describeNested(prototype: object, member: string, which: NestedClass): void {
  const members = nested.get(prototype) ?? new Map<string, NestedClass>();
  nested.set(prototype, members.set(member, which));
}

/** Remembers that objects of a class are told apart by a member. */
export function describeUnion(base: Dto, discriminator: string, variants: Readonly<Record<string, Dto>>): void {
  unions.set(base, { discriminator, variants });
}

/** Every union of the contract, for the API document. */
export function allUnions(): ReadonlyMap<Dto, Union> {
  return unions;
}

/** The class that describes this very value: the variant that its discriminator names, else the class itself. */
export function classOf(declared: Dto, value: Record<string, unknown>): Dto {
  const union = unions.get(declared);
  const tag = union && value[union.discriminator];
  return union && typeof tag === 'string' && Object.hasOwn(union.variants, tag)
    ? (union.variants[tag] ?? declared)
    : declared;
}

/** Whether a class only stands for its variants, and describes nothing itself. */
export function isUnion(dto: Dto): boolean {
  return unions.has(dto);
}

/** The class that describes a member's value, looked for along the inheritance chain. */
export function nestedClass(dto: Dto, member: string): NestedClass | undefined {
  for (
    let prototype = dto.prototype as object | null;
    prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const found = nested.get(prototype)?.get(member);
    if (found) return found;
  }
  return undefined;
}

/** What class-validator knows of a class, by member; its decorators are the one source of every check. */
export function validationsOf(dto: Dto): Record<string, ReturnType<typeof validations>> {
  return getMetadataStorage().groupByPropertyName(validations(dto));
}

function validations(dto: Dto): ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']> {
  return getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
}

/** Folds the case of a name as Go's JSON decoder does, which takes `NAME` and `ſort` for `name` and `sort`. */
export function foldCase(name: string): string {
  return name.toUpperCase().toLowerCase();
}
