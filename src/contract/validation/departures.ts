import { accepts } from './accept.js';
import { classOf, type Dto } from './metadata.js';
import { applies, argumentsFor, isObject, ownValue, passes, planOf } from './validation.plan.js';

/** The most departures that are listed for one value. */
const MAX_DEPARTURES = 100;

/**
 * The members of a value that are not what its class describes, such as `responses[].status`. Unlike a fault of a
 * request, a departure has no place in a list: a member has few names, so that it can be counted in a metric. Members
 * that the class does not know are none: a newer platform may have more.
 */
export function departuresOf(dto: Dto, value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  if (!accepts(dto, value, 'open')) visit(dto, value, '', found);
  return found;
}

function visit(declared: Dto, value: unknown, at: string, found: Set<string>): void {
  if (found.size >= MAX_DEPARTURES) return;
  if (!isObject(value)) return void found.add(at);
  const args = argumentsFor(value);
  for (const member of planOf(classOf(declared, value)).members.values()) {
    const own = ownValue(value, member.name);
    if (!applies(member, value, own)) continue;
    const place = at === '' ? member.name : `${at}.${member.name}`;
    args.property = member.name;
    args.value = own;
    const isWrong = member.checks.some((check) => !passes(check, own, args));
    const dto = member.nested?.(value);
    if (isWrong) found.add(place);
    else if (dto !== undefined && Array.isArray(own)) for (const entry of own) visit(dto, entry, `${place}[]`, found);
    else if (dto !== undefined) visit(dto, own, place, found);
  }
}
