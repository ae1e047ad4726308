import { getMetadataStorage, type ValidationArguments, type ValidatorConstraintInterface } from 'class-validator';
import { type Dto, foldCase, nestedClass, type NestedClass, validationsOf } from './metadata.js';
import { isSent } from './validators.js';

/** What may be sent: `closed` refuses unknown members, `open` lets them pass (a newer platform may know them). */
export type Openness = 'closed' | 'open';

export type Json = Record<string, unknown>;
export type Arguments = ValidationArguments & { object: Json };

/** One constraint of a member, as class-validator holds it. */
export interface Check {
  readonly constraint: ValidatorConstraintInterface;
  readonly constraints: unknown[];
  readonly each: boolean;
}

/** A member of a DTO class, and its checks. */
export interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly conditions: readonly ((owner: object, value: unknown) => boolean)[];
  readonly checks: readonly Check[];
  readonly nested: NestedClass | undefined;
}

/** The checks of a DTO class. */
export interface Plan {
  readonly members: ReadonlyMap<string, Member>;
  /** The members that may be invalid when they are absent. */
  readonly expected: readonly Member[];
  /** The members' names by their folded form. */
  readonly folded: ReadonlyMap<string, string>;
}

const plans = new Map<Dto, Plan>();

/** The constraints that class-validator's decorators declared for a class, looked up once per class. */
export function planOf(dto: Dto): Plan {
  return plans.get(dto) ?? compile(dto);
}

/** Whether the conditions of a member (optional, nullable) let its checks apply. */
export function applies(member: Member, owner: Json, value: unknown): boolean {
  for (const condition of member.conditions) if (!condition(owner, value)) return false;
  return true;
}

/** What the constraints of an object's members are given; `property`, `value` and `constraints` are set for each. */
export function argumentsFor(object: Json): Arguments {
  return { targetName: '', object, property: '', value: undefined, constraints: [] };
}

/** Whether a value satisfies one constraint; `args` is filled in here. */
export function passes({ constraint, constraints, each }: Check, value: unknown, args: Arguments): boolean {
  args.constraints = constraints;
  if (!each || !Array.isArray(value)) return constraint.validate(value, args) === true;
  return value.every((entry) => constraint.validate(entry, args) === true);
}

/** The member of an object, never one that it inherits. */
export function ownValue(owner: Json, name: string): unknown {
  return Object.hasOwn(owner, name) ? owner[name] : undefined;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compile(dto: Dto): Plan {
  const members = Object.entries(validationsOf(dto)).map(([name, metadatas]): Member => ({
    name,
    isOptional: metadatas.some((m) => m.constraints?.[0] === isSent),
    conditions: metadatas.filter((m) => m.type === 'conditionalValidation').map((m) => m.constraints[0]),
    checks: metadatas.filter((m) => m.constraintCls !== undefined).flatMap(checksOf),
    nested: nestedClass(dto, name),
  }));
  const plan = {
    members: new Map(members.map((member) => [member.name, member])),
    expected: members.filter(({ isOptional }) => !isOptional),
    folded: new Map(members.map(({ name }) => [foldCase(name), name])),
  };
  plans.set(dto, plan);
  return plan;
}

function checksOf(metadata: ReturnType<typeof validationsOf>[string][number]): Check[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map(({ instance }) => ({
      constraint: instance,
      constraints: metadata.constraints ?? [],
      each: metadata.each,
    }));
}
