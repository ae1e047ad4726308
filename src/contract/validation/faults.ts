import { validateSync, type ValidationError } from 'class-validator';
import { type ProblemField, Problem } from '../../http/problem.js';
import { type Openness, accepts } from './accept.js';
import { classOf, type Dto, foldCase, isUnion, nestedClass, validationsOf } from './metadata.js';
import { EACH_OBJECT } from './validators.js';

type Json = Record<string, unknown>;

/** Stands for an object that no class describes, so that class-validator looks at none of its members. */
class AnyObject {}

/**
 * Every fault of a value, each with its path in the contract's notation (`field1.field2[0].field3`) and a sentence that
 * says the fix. Slow and thorough: it runs only for what `accepts` did not accept.
 */
export function faultsOf(dto: Dto, value: unknown, openness: Openness): ProblemField[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ field: '', message: 'must be a JSON object' }];
  const faults: ProblemField[] = [];
  const instance = instantiate(dto, value as Json, '', openness, faults);
  const errors = validateSync(instance, {
    forbidUnknownValues: false,
    validationError: { target: true, value: false },
  });
  return [...faults, ...errors.flatMap((error) => flatten(error, ''))];
}

/** Gives each object of the tree the class that describes it, and notes members that no class knows. */
function instantiate(declared: Dto, value: Json, at: string, openness: Openness, faults: ProblemField[]): object {
  const dto = classOf(declared, value);
  const instance = Object.create(dto.prototype as object) as Json;
  if (dto === AnyObject) return instance;
  const known = Object.keys(validationsOf(dto));
  // Which members there may be depends on the discriminator: while that is wrong, it is the only fault.
  const here = isUnion(dto) ? 'open' : openness;
  for (const [name, member] of Object.entries(value)) {
    const path = at === '' ? name : `${at}.${name}`;
    const fault = unknownMember(name, known, here);
    if (fault) faults.push({ field: path, message: fault });
    if (!known.includes(name)) continue;
    const nested = nestedClass(dto, name);
    instance[name] = nested ? instantiateAny(nested(value) ?? AnyObject, member, path, openness, faults) : member;
  }
  return instance;
}

function instantiateAny(dto: Dto, value: unknown, at: string, openness: Openness, faults: ProblemField[]): unknown {
  if (Array.isArray(value)) return value.map((entry, i) => instantiateAny(dto, entry, `${at}[${i}]`, openness, faults));
  return typeof value === 'object' && value !== null ? instantiate(dto, value as Json, at, openness, faults) : value;
}

function unknownMember(name: string, known: readonly string[], openness: Openness): string | undefined {
  if (known.includes(name)) return undefined;
  const meant = known.find((candidate) => foldCase(candidate) === foldCase(name));
  if (meant !== undefined) return `is not known here; write it as "${meant}"`;
  return openness === 'closed'
    ? `is not known here; leave it out${known.length > 0 ? ` (known: ${known.join(', ')})` : ''}`
    : undefined;
}

function flatten(error: ValidationError, at: string): ProblemField[] {
  const field = Array.isArray(error.target)
    ? `${at}[${error.property}]`
    : at === ''
      ? error.property
      : `${at}.${error.property}`;
  const { [EACH_OBJECT]: ofElements, ...own } = error.constraints ?? {};
  const [message] = Object.values(own);
  if (message !== undefined) return [{ field, message: isMissing(error) ? `is missing; it ${message}` : message }];
  const inside = (error.children ?? []).flatMap((child) => flatten(child, field));
  return inside.length > 0 || ofElements === undefined ? inside : [{ field, message: ofElements }];
}

function isMissing({ target, property }: ValidationError): boolean {
  return target !== undefined && !Object.hasOwn(target, property);
}

/**
 * The value itself, once the DTO class has nothing against it. `at` is the member of the request that it came as.
 * @throws Problem 400 `invalid_request` that names every fault
 */
export function check(dto: Dto, value: unknown, openness: Openness, at = ''): unknown {
  if (accepts(dto, value, openness)) return value;
  const fields = faultsOf(dto, value, openness).map(({ field, message }) => ({ field: join(at, field), message }));
  const [first] = fields;
  const summary = first ? `${first.field || 'The body'} ${first.message}` : 'The request is not valid';
  const more = fields.length > 1 ? `, and ${fields.length - 1} more` : '';
  throw new Problem(400, 'invalid_request', `${summary}${more}.`, { fields });
}

function join(at: string, field: string): string {
  return at === '' || field === '' ? at + field : `${at}.${field}`;
}
