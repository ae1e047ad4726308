import { classOf, type Dto, foldCase } from './metadata.js';
import {
  applies,
  argumentsFor,
  type Arguments,
  isObject,
  type Member,
  type Openness,
  ownValue,
  passes,
  type Plan,
  planOf,
} from './validation.plan.js';

/**
 * Whether a value satisfies a DTO class: the constraints that class-validator holds, looked up once per class instead of
 * once per request, and without the objects it makes for messages (some 40 µs for a small body). Where this says no,
 * `faultsOf` has class-validator itself say why. A test holds that both agree for every DTO.
 */
export function accepts(declared: Dto, value: unknown, openness: Openness): boolean {
  if (!isObject(value)) return false;
  const plan = planOf(classOf(declared, value));
  // One for all members: one for each check was a tenth of all that a POST allocates.
  const args = argumentsFor(value);
  for (const name of Object.keys(value)) {
    const member = plan.members.get(name);
    if (member === undefined ? !mayBeUnknown(plan, name, openness) : !acceptsMember(member, args, openness))
      return false;
  }
  for (const member of plan.expected)
    if (!Object.hasOwn(value, member.name) && !acceptsMember(member, args, openness)) return false;
  return true;
}

/** An unknown member that differs from a known one in case alone would reach the platform as the known one. */
function mayBeUnknown(plan: Plan, name: string, openness: Openness): boolean {
  return openness === 'open' && !plan.folded.has(foldCase(name));
}

function acceptsMember(member: Member, args: Arguments, openness: Openness): boolean {
  const owner = args.object;
  const value = ownValue(owner, member.name);
  if (!applies(member, owner, value)) return true;
  args.property = member.name;
  args.value = value;
  for (const check of member.checks) if (!passes(check, value, args)) return false;
  const dto = member.nested?.(owner);
  if (dto === undefined) return true;
  return Array.isArray(value) ? value.every((entry) => accepts(dto, entry, openness)) : accepts(dto, value, openness);
}
