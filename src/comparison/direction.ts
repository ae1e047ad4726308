import type { Effect } from './schema.keywords.js';
import { referencedDefinitions } from './schema.scope.js';
import type { Definition, DefinitionLink, Endpoint, VersionContent } from './version.content.js';

/**
 * The direction of data, seen by the user of the connector: what they send, what they receive, or both. A change breaks
 * them if it forbids something that they send, or if they receive something that they did not receive before.
 */
export type Direction = 'input' | 'output' | 'both';

/** Whether a change may break something that uses data of this direction. */
export function isBreaking({ narrows, widens }: Effect, direction: Direction): boolean {
  return (direction !== 'output' && narrows) || (direction !== 'input' && widens);
}

/** Why a change is breaking. */
export function reasonOf({ narrows }: Effect, direction: Direction): string {
  return direction !== 'output' && narrows
    ? 'What was valid may now be refused.'
    : 'It may be something that it never was before.';
}

/** The direction of an action's or a trigger's data. A trigger has a party at each end: the sender and the reader. */
export function directionsOf(kind: 'action' | 'trigger'): {
  readonly request: Direction;
  readonly response: Direction;
} {
  return kind === 'action' ? { request: 'input', response: 'output' } : { request: 'both', response: 'both' };
}

/** The direction of each definition's data: that of the bodies that it describes, directly or as a part of another one. */
export class DefinitionDirections {
  private readonly input = new Set<string>();
  private readonly output = new Set<string>();

  private constructor(private readonly references: ReadonlyMap<string, ReadonlySet<string>>) {}

  /** Computes those of one version; yields after each definition. */
  static *find({ actions, triggers, definitions }: VersionContent): Generator<void, DefinitionDirections> {
    const references = new Map<string, ReadonlySet<string>>();
    for (const definition of definitions) {
      references.set(definition.name, referencesOf(definition));
      yield;
    }
    const found = new DefinitionDirections(references);
    for (const action of actions) found.addEndpoint('action', action);
    for (const trigger of triggers) found.addEndpoint('trigger', trigger);
    return found;
  }

  /** Undefined if no action or trigger uses it. */
  of(name: string): Direction | undefined {
    if (!this.input.has(name)) return this.output.has(name) ? 'output' : undefined;
    return this.output.has(name) ? 'both' : 'input';
  }

  private addEndpoint(kind: 'action' | 'trigger', { requestBody, responses }: Endpoint): void {
    const { request, response } = directionsOf(kind);
    this.add(requestBody?.definitions ?? [], request);
    for (const { definitions } of responses) this.add(definitions, response);
  }

  private add(links: readonly DefinitionLink[], direction: Direction): void {
    const names = links.flatMap(({ definition }) => definition.name ?? []);
    if (direction !== 'output') this.mark(names, this.input);
    if (direction !== 'input') this.mark(names, this.output);
  }

  private mark(names: readonly string[], marked: Set<string>): void {
    const waiting = [...names];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (marked.has(name)) continue;
      marked.add(name);
      waiting.push(...(this.references.get(name) ?? []));
    }
  }
}

function referencesOf({ schema }: Definition): ReadonlySet<string> {
  return schema === undefined ? new Set() : referencedDefinitions(schema);
}
