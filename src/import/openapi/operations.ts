import type { Bodies } from './bodies.js';
import type { NewAction, NewTrigger } from './creations.js';
import { type Json, objectOf, type OpenApiDocument, textOf } from './document.js';
import type { MessageLog } from './message.log.js';
import { endpointNames, type Names } from './names.js';
import { actionPath, Parameters } from './parameters.js';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** Turns the operations of one document into actions and triggers. */
export class Operations {
  private readonly parameters: Parameters;

  constructor(
    private readonly document: OpenApiDocument,
    private readonly bodies: Bodies,
    private readonly log: MessageLog,
  ) {
    this.parameters = new Parameters(document, log);
  }

  /** One action for each operation of each path. */
  actions(): NewAction[] {
    const names = endpointNames();
    return this.operationsIn('paths').map(({ key, method, item, operation }) => {
      const common = this.common(names, `${method}${key}`, method, operation);
      const parameters = this.parameters.of([item, operation], ['cookie', 'header', 'path', 'query'], common.name);
      return {
        ...common,
        path: actionPath(key),
        parameters: this.parameters.complete(parameters, key, common.name),
      };
    });
  }

  /** One trigger for each operation of each webhook. */
  triggers(): NewTrigger[] {
    const names = endpointNames();
    const operations = ['webhooks', 'x-webhooks'].flatMap((member) => this.operationsIn(member));
    return operations.map(({ key, method, item, operation }) => {
      const common = this.common(names, key, method, operation);
      const parameters = this.parameters.of([item, operation], ['cookie', 'header', 'query'], common.name);
      return { ...common, parameters: parameters as NewTrigger['parameters'] };
    });
  }

  private common(names: Names, unnamed: string, method: string, operation: Json) {
    const wanted = textOf(operation, 'operationId') ?? unnamed;
    const name = names.make(wanted);
    if (name !== wanted && textOf(operation, 'operationId'))
      this.log.note(
        'info',
        'Some operations got another name, to be unique and of allowed characters.',
        `${wanted}: ${name}`,
      );
    if (operation['callbacks'] !== undefined) this.log.note('info', 'Callbacks are left out.', name);
    const [summary, description] = [textOf(operation, 'summary'), textOf(operation, 'description')];
    const requestBody = this.bodies.requestOf(operation, name);
    return {
      type: 'http' as const,
      name,
      ...(summary && { summary }),
      ...(description && { description }),
      method: method.toUpperCase() as NewTrigger['method'],
      ...(requestBody && { requestBody }),
      responses: this.bodies.responsesOf(operation, name),
    };
  }

  private operationsIn(member: string) {
    return Object.entries(objectOf(this.document.root, member)).flatMap(([key, sent]) => {
      // Among paths these are extensions; a webhook may be called so.
      if (member === 'paths' && key.startsWith('x-')) return [];
      const item = this.document.resolve(sent);
      this.noteOtherMethods(item, key);
      const methods = METHODS.filter((method) => item[method] !== undefined);
      return methods.map((method) => ({ key, method, item, operation: this.document.resolve(item[method]) }));
    });
  }

  /** OpenAPI 3.2 has methods that connectors have not. */
  private noteOtherMethods(item: Json, key: string): void {
    const others = Object.keys(objectOf(item, 'additionalOperations'));
    if (item['query'] !== undefined) others.push('query');
    for (const method of others)
      this.log.note('warning', 'Operations of methods that connectors do not know are left out.', `${method} ${key}`);
  }
}
