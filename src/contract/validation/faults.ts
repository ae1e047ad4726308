import { validateSync, type ValidationError } from 'class-validator';
import { type ProblemField, Problem } from '../../http/problem.js';
import { accepts } from './accept.js';
import { classOf, type Dto, foldCase, isUnion } from './metadata.js';
import {
  applies,
  argumentsFor,
  type Arguments,
  isObject,
  type Json,
  type Member,
  type Openness,
  ownValue,
  passes,
  planOf,
} from './validation.plan.js';

/** Faults that are listed with a sentence each. */
export const MAX_LISTED_FAULTS = 100;
/** Faults up to which the others are counted; beyond them the rest of the value is not looked at. */
export const MAX_COUNTED_FAULTS = 10_000;
/** Characters of an unknown member's name that are quoted. */
const MAX_QUOTED_CHARACTERS = 100;
const NOT_AN_OBJECT = 'must be a JSON object';

/** What is wrong with a value. */
export interface Faults {
  /** The first of them, in the contract's notation (`field1.field2[0].field3`). */
  readonly fields: readonly ProblemField[];
  /** How many there are beside those listed. */
  readonly unlisted: number;
  /** Whether there may be more than that: looking on was given up. */
  readonly isIncomplete: boolean;
}

/** Where in a value something is; written out only for what is listed. */
interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
}

/**
 * What is wrong with a value, each fault with its path and a sentence that says the fix. It walks the value once and
 * looks at no part twice; class-validator, which is slow and thorough, is asked only about the objects whose faults are
 * listed. `at` is the member of the request that the value came as.
 */
export function faultsOf(dto: Dto, value: unknown, openness: Openness, at = ''): Faults {
  const search = new FaultSearch(openness);
  search.visit(dto, value, at === '' ? undefined : { parent: undefined, key: at });
  return search;
}

class FaultSearch implements Faults {
  readonly fields: ProblemField[] = [];
  unlisted = 0;

  constructor(private readonly openness: Openness) {}

  get isIncomplete(): boolean {
    return this.fields.length + this.unlisted >= MAX_COUNTED_FAULTS;
  }

  visit(declared: Dto, value: unknown, at: Place | undefined): void {
    if (!isObject(value)) return this.note(at, () => NOT_AN_OBJECT);
    const dto = classOf(declared, value);
    this.visitUnknown(dto, value, at);
    const args = argumentsFor(value);
    let sentences: Map<string, string> | undefined;
    const sentenceOf = (name: string): string => (sentences ??= askClassValidator(dto, value)).get(name) ?? '';
    for (const member of planOf(dto).members.values()) {
      if (this.isIncomplete) return;
      const own = ownValue(value, member.name);
      if (!applies(member, value, own)) continue;
      const here = { parent: at, key: member.name };
      if (isFaulty(member, own, args)) this.note(here, () => sentenceOf(member.name));
      else this.visitNested(member.nested?.(value), own, here);
    }
  }

  /** Which members there may be depends on the discriminator: while that is wrong, it is the only fault. */
  private visitUnknown(dto: Dto, value: Json, at: Place | undefined): void {
    const { members, folded } = planOf(dto);
    const isClosed = this.openness === 'closed' && !isUnion(dto);
    for (const name of Object.keys(value)) {
      if (members.has(name)) continue;
      if (this.isIncomplete) return;
      const meant = folded.get(foldCase(name));
      const here = { parent: at, key: shorten(name) };
      if (meant !== undefined) this.note(here, () => `is not known here; write it as "${meant}"`);
      else if (isClosed) this.note(here, () => `is not known here; leave it out${listOf([...members.keys()])}`);
    }
  }

  private visitNested(dto: Dto | undefined, value: unknown, at: Place): void {
    if (dto === undefined) return;
    if (!Array.isArray(value)) return this.visit(dto, value, at);
    for (let i = 0; i < value.length && !this.isIncomplete; i++) this.visit(dto, value[i], { parent: at, key: i });
  }

  /** The sentence is made only for a fault that is listed. */
  private note(at: Place | undefined, sentence: () => string): void {
    if (this.fields.length < MAX_LISTED_FAULTS) this.fields.push({ field: textOf(at), message: sentence() });
    else this.unlisted += 1;
  }
}

/** Whether a member's own checks fail; what is nested in it has faults of its own. */
function isFaulty(member: Member, value: unknown, args: Arguments): boolean {
  args.property = member.name;
  args.value = value;
  return member.checks.some((one) => !passes(one, value, args));
}

/** The first sentence of each faulty member of one object, by name. The library is not told what is nested in it. */
function askClassValidator(dto: Dto, value: Json): Map<string, string> {
  const instance = Object.create(dto.prototype as object) as Json;
  for (const name of planOf(dto).members.keys()) if (Object.hasOwn(value, name)) instance[name] = value[name];
  return new Map(validateSync(instance).map((error) => [error.property, firstSentenceOf(error)]));
}

function firstSentenceOf({ target, property, constraints = {} }: ValidationError): string {
  const [message = ''] = Object.values(constraints);
  const isMissing = target !== undefined && !Object.hasOwn(target, property);
  return isMissing ? `is missing; it ${message}` : message;
}

function listOf(known: readonly string[]): string {
  return known.length > 0 ? ` (known: ${known.join(', ')})` : '';
}

function shorten(name: string): string {
  if (name === '') return '""';
  return name.length <= MAX_QUOTED_CHARACTERS ? name : `${name.slice(0, MAX_QUOTED_CHARACTERS).toWellFormed()}…`;
}

function textOf(place: Place | undefined): string {
  let text = '';
  for (let at = place; at !== undefined; at = at.parent) {
    const separator = text === '' || text.startsWith('[') ? '' : '.';
    text = (typeof at.key === 'number' ? `[${at.key}]` : at.key) + separator + text;
  }
  return text;
}

/**
 * The value itself, once the DTO class has nothing against it. `at` is the member of the request that it came as.
 * @throws Problem 400 `invalid_request` that names the first hundred faults and says how many more there are
 */
export function check(dto: Dto, value: unknown, openness: Openness, at = ''): unknown {
  if (accepts(dto, value, openness)) return value;
  const { fields, unlisted, isIncomplete } = faultsOf(dto, value, openness, at);
  const [first] = fields;
  const summary = first ? `${first.field || 'The body'} ${first.message}` : 'The request is not valid';
  const others = fields.length - 1 + unlisted;
  const more = others > 0 ? `, and ${isIncomplete ? 'at least ' : ''}${others} more` : '';
  const details = unlisted > 0 ? `Only the first ${MAX_LISTED_FAULTS} faults are listed in "fields".` : '';
  throw new Problem('invalid_request', { message: `${summary}${more}.`, fields, details });
}
