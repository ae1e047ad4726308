import { canonical } from './canonical.js';
import { type Change, type ChangeDetail, changeOf } from './change.js';
import { type Direction, directionsOf, isBreaking, reasonOf } from './direction.js';
import { compareSchemas } from './schema.comparison.js';
import { BOTH, type Effect, NARROWS, WIDENS } from './schema.keywords.js';
import type { SchemasByName } from './schema.scope.js';
import type { DefinitionLink, Endpoint, Parameter, Response } from './version.content.js';

/** The schemas of both versions. */
export interface SchemaPair {
  readonly before: SchemasByName;
  readonly after: SchemasByName;
}

/** Compares an action or a trigger with its former version; undefined if nothing differs. */
export function compareEndpoints(
  kind: 'action' | 'trigger',
  before: Endpoint,
  after: Endpoint,
  schemas: SchemaPair,
): Change | undefined {
  const comparison = new EndpointComparison(directionsOf(kind), schemas);
  const change = changeOf({ kind, name: after.name }, comparison.run(before, after));
  return change && before.name !== after.name ? { ...change, formerName: before.name } : change;
}

class EndpointComparison {
  private readonly details: ChangeDetail[] = [];

  constructor(
    private readonly directions: { readonly request: Direction; readonly response: Direction },
    private readonly schemas: SchemaPair,
  ) {}

  run(before: Endpoint, after: Endpoint): readonly ChangeDetail[] {
    if (before.name !== after.name)
      this.add(
        'name',
        true,
        `It was renamed from ${before.name} to ${after.name}; what uses it looks for the former name.`,
      );
    this.compareTarget(before, after);
    this.compareParameters(before.parameters, after.parameters);
    this.compareBodies(before, after);
    this.compareResponses(before.responses, after.responses);
    if (canonical(before.other) !== canonical(after.other))
      this.add('type', true, 'It differs, and is of a type that is not known here.');
    for (const member of ['summary', 'description'] as const)
      if ((before[member] ?? '') !== (after[member] ?? '')) this.add(member, false, `It has another ${member}.`);
    return this.details;
  }

  private compareTarget(before: Endpoint, after: Endpoint): void {
    if (before.method !== after.method)
      this.add(
        'method',
        true,
        `The method is ${after.method} instead of ${before.method}; the request has another meaning.`,
      );
    if (before.path !== after.path)
      this.add(
        'path',
        true,
        `The path is ${after.path ?? 'none'} instead of ${before.path ?? 'none'}; the request goes elsewhere.`,
      );
  }

  private compareParameters(before: readonly Parameter[], after: readonly Parameter[]): void {
    const [was, is] = [byPlace(before), byPlace(after)];
    for (const [place, parameter] of was) {
      const now = is.get(place);
      if (now === undefined)
        this.add('parameters', true, `Parameter ${place} was removed; values given for it are no longer used.`);
      else this.compareParameter(place, parameter, now);
    }
    for (const [place, parameter] of is) if (!was.has(place)) this.addParameter(place, parameter);
  }

  private addParameter(place: string, { required, default: value }: Parameter): void {
    if (!required) return this.add('parameters', false, `Optional parameter ${place} was added.`);
    const hasDefault = isGiven(value);
    const why = hasDefault ? 'it has a default' : 'a value must be given';
    this.add('parameters', !hasDefault, `Required parameter ${place} was added; ${why}.`);
  }

  private compareParameter(place: string, before: Parameter, after: Parameter): void {
    const { request } = this.directions;
    if (before.type !== after.type) {
      const effect = effectOfType(before.type, after.type);
      this.judge('parameters', effect, request, `Parameter ${place} has type ${after.type} instead of ${before.type}.`);
    }
    if (!before.required && after.required) {
      const hasDefault = isGiven(after.default);
      this.add(
        'parameters',
        !hasDefault,
        `Parameter ${place} is required now${hasDefault ? ', and has a default' : '; a value must be given'}.`,
      );
    }
    if (before.required && !after.required)
      this.judge('parameters', WIDENS, request, `Parameter ${place} is no longer required.`);
    if (canonical(before.default) !== canonical(after.default)) this.compareDefaults(place, before, after);
  }

  private compareDefaults(place: string, before: Parameter, after: Parameter): void {
    if (!isGiven(before.default))
      return this.add('parameters', false, `Parameter ${place} has a default now, which is used if no value is given.`);
    const what = isGiven(after.default) ? 'has another default' : 'no longer has a default';
    this.add('parameters', true, `Parameter ${place} ${what}; requests without a value for it change.`);
  }

  private compareBodies({ requestBody: before }: Endpoint, { requestBody: after }: Endpoint): void {
    if (before === undefined && after === undefined) return;
    if (before === undefined)
      return after?.required
        ? this.add('requestBody', true, 'A request body was added and is required.')
        : this.add('requestBody', false, 'An optional request body was added.');
    if (after === undefined)
      return this.add('requestBody', true, 'The request body was removed; what is given for it is no longer sent.');
    const { request } = this.directions;
    if (!before.required && after.required)
      this.judge('requestBody', NARROWS, request, 'The request body is required now.');
    if (before.required && !after.required)
      this.judge('requestBody', WIDENS, request, 'The request body is no longer required.');
    this.compareLinks('requestBody', 'The request body', request, before.definitions, after.definitions);
  }

  private compareResponses(before: readonly Response[], after: readonly Response[]): void {
    const [was, is] = [byStatus(before), byStatus(after)];
    for (const [status, response] of was) {
      const now = is.get(status);
      if (now !== undefined)
        this.compareLinks(
          'responses',
          `The response ${status}`,
          this.directions.response,
          response.definitions,
          now.definitions,
        );
      else if (isSuccess(response))
        this.add('responses', true, `Response ${status} was removed; what it contained may no longer come.`);
      else this.add('responses', false, `Response ${status} was removed.`);
    }
    for (const [status] of is) if (!was.has(status)) this.add('responses', false, `Response ${status} was added.`);
  }

  private compareLinks(
    member: 'requestBody' | 'responses',
    what: string,
    direction: Direction,
    before: readonly DefinitionLink[],
    after: readonly DefinitionLink[],
  ): void {
    const [was, is] = [namesOf(before), namesOf(after)];
    const gone = [...was].filter((name) => !is.has(name));
    const added = [...is].filter((name) => !was.has(name));
    const [former, latter] = [gone[0], added[0]];
    if (gone.length === 1 && added.length === 1 && former !== undefined && latter !== undefined)
      return this.compareReplaced(member, `${what} is described by ${latter} instead of ${former}`, direction, [
        former,
        latter,
      ]);
    const hasNone = is.size === 0 ? ' and has no description any more' : '';
    for (const name of gone)
      this.judge(
        member,
        was.size > 0 && is.size === 0 ? BOTH : NARROWS,
        direction,
        `${what} no longer allows ${name}${hasNone}.`,
      );
    for (const name of added) this.judge(member, WIDENS, direction, `${what} allows ${name} too.`);
  }

  private compareReplaced(
    member: 'requestBody' | 'responses',
    what: string,
    direction: Direction,
    [former, latter]: readonly [string, string],
  ): void {
    const { before, after } = this.schemas;
    const [was, is] = [before.get(former), after.get(latter)];
    if (was === undefined || is === undefined) return this.judge(member, BOTH, direction, `${what}.`);
    const changes = compareSchemas({ schema: was, definitions: before }, { schema: is, definitions: after });
    if (changes.length === 0) return this.add(member, false, `${what}, which is the same.`);
    this.add(member, false, `${what}.`);
    for (const { text, ...effect } of changes) this.judge(member, effect, direction, `${what}: ${text}`);
  }

  private judge(member: string, effect: Effect, direction: Direction, text: string): void {
    const breaking = isBreaking(effect, direction);
    this.add(member, breaking, breaking ? `${text} ${reasonOf(effect, direction)}` : text);
  }

  private add(member: string, breaking: boolean, text: string): void {
    this.details.push({ in: member, breaking, text });
  }
}

function byPlace(parameters: readonly Parameter[]): ReadonlyMap<string, Parameter> {
  return new Map(parameters.map((parameter) => [`${parameter.name} (${parameter.in})`, parameter]));
}

function byStatus(responses: readonly Response[]): ReadonlyMap<string, Response> {
  return new Map(responses.map((response) => [String(response.status ?? 'default'), response]));
}

function isSuccess({ status }: Response): boolean {
  return status === undefined || status < 400;
}

function namesOf(links: readonly DefinitionLink[]): ReadonlySet<string> {
  return new Set(links.flatMap(({ definition }) => definition.name ?? []));
}

function effectOfType(before: string, after: string): Effect {
  if (before === 'integer' && after === 'number') return WIDENS;
  return before === 'number' && after === 'integer' ? NARROWS : BOTH;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
