import type { Bodies } from './bodies.js';
import type { NewAction, NewTrigger } from './connector.model.js';
import type { Diagnostics } from './diagnostics.js';
import type { OpenApiDocument } from './document.js';
import { isObject, type Json, objectOf, type Path, textOf } from './json.js';
import { assignNames } from './names.js';
import { actionPath, type Parameters } from './parameters.js';
import type { Servers } from './servers.js';
import { METHODS } from './shapes.js';

/** Characters that a name of an action or a trigger must not contain. */
const FORBIDDEN = /[^a-zA-Z0-9_\-$]+/g;
/** The methods that connectors support. */
const KNOWN: ReadonlySet<string> = new Set(METHODS.filter((method) => method !== 'query'));

interface Operation {
  /** The path, or the name of the webhook. */
  readonly key: string;
  readonly method: string;
  readonly item: Json;
  readonly operation: Json;
  readonly at: Path;
}

/** Converts the operations of one document to actions and triggers. */
export class Operations {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly parameters: Parameters,
    private readonly bodies: Bodies,
    private readonly servers: Servers,
    private readonly log: Diagnostics,
  ) {}

  /** One action for each operation of each path. */
  actions(): NewAction[] {
    const operations = [...this.operationsIn('paths')];
    const names = this.name(operations, ({ method, key }) => `${method}${key}`);
    return operations.map((operation) => {
      const { key, item, at } = operation;
      const path = this.withSlash(key, at);
      const common = this.common(operation, names.get(keyOf(operation)) ?? '');
      this.servers.noteOwnServer(item, operation.operation, common.name, at);
      return {
        ...common,
        path: actionPath(path),
        parameters: this.parameters.ofAction(item, operation.operation, path, common.name, at),
      };
    });
  }

  /** One trigger for each operation of each webhook. */
  triggers(): NewTrigger[] {
    const operations = ['webhooks', 'x-webhooks'].flatMap((member) => [...this.operationsIn(member)]);
    const names = this.name(operations, ({ key }) => key);
    return operations.map((operation) => {
      const common = this.common(operation, names.get(keyOf(operation)) ?? '');
      const { item, at } = operation;
      return { ...common, parameters: this.parameters.ofTrigger(item, operation.operation, common.name, at) };
    });
  }

  /** Names come from the `operationId`, which must not depend on earlier operations of the document. */
  private name(operations: readonly Operation[], unnamed: (operation: Operation) => string): Map<string, string> {
    const wishes = operations.map((operation) => ({
      key: keyOf(operation),
      wanted: textOf(operation.operation, 'operationId') ?? unnamed(operation),
      qualifier: `${operation.method}${operation.key.startsWith('/') ? '' : '_'}${operation.key}`,
    }));
    const names = assignNames(wishes, FORBIDDEN);
    for (const operation of operations) {
      const [id, name] = [textOf(operation.operation, 'operationId'), names.get(keyOf(operation))];
      if (id !== undefined && name !== id)
        this.log.add(
          'info',
          'Some operations got another name than their operationId: names are unique and consist of letters, digits, _, - and $.',
          { at: [...operation.at, 'operationId'], label: `${id}: ${name}` },
        );
    }
    return names;
  }

  private common({ method, operation, at }: Operation, name: string) {
    this.noteLeftOut(operation, name, at);
    const [summary, description] = [textOf(operation, 'summary'), textOf(operation, 'description')];
    const requestBody = this.bodies.requestOf(operation, name, at);
    return {
      type: 'http' as const,
      name,
      ...(summary && { summary }),
      ...(description && { description }),
      method: method.toUpperCase() as NewTrigger['method'],
      ...(requestBody && { requestBody }),
      responses: this.bodies.responsesOf(operation, name, at),
    };
  }

  private noteLeftOut(operation: Json, name: string, at: Path): void {
    const place = { at, label: name };
    if (operation['callbacks'] !== undefined) this.log.add('info', 'Callbacks are left out.', place);
    if (operation['deprecated'] === true)
      this.log.add('info', 'Some operations are deprecated; they are imported like the others.', place);
    const security = JSON.stringify(operation['security'] ?? null);
    if (security !== 'null' && security !== JSON.stringify(this.document.root['security'] ?? null))
      this.log.add(
        'info',
        'Some operations have security requirements of their own: an action uses whatever its connection has.',
        place,
      );
  }

  private *operationsIn(member: string): Generator<Operation> {
    for (const [key, sent] of Object.entries(this.document.resolve(this.document.root[member]))) {
      // Under paths these are extensions; a webhook may have such a name.
      if (member === 'paths' && key.startsWith('x-')) continue;
      const item = this.document.pathItem(sent);
      this.noteOtherMethods(item, key, [member, key]);
      for (const method of KNOWN) {
        const operation = this.document.resolve(item[method]);
        if (isObject(item[method])) yield { key, method, item, operation, at: [member, key, method] };
      }
    }
  }

  /** OpenAPI 3.2 has methods that connectors do not support. */
  private noteOtherMethods(item: Json, key: string, at: Path): void {
    const others = Object.keys(objectOf(item, 'additionalOperations'));
    if (item['query'] !== undefined) others.push('query');
    for (const method of others)
      this.log.add('warning', 'Operations of methods that connectors do not have are left out.', {
        at,
        label: `${method} ${key}`,
      });
  }

  private withSlash(path: string, at: Path): string {
    if (path.startsWith('/')) return path;
    this.log.warn('A path must begin with a slash; it gets one.', at.slice(0, 2));
    return `/${path}`;
  }
}

function keyOf({ method, key, at }: Operation): string {
  return `${method.toUpperCase()} ${key}${at[0] === 'x-webhooks' ? ' x-webhooks' : ''}`;
}
