import type { EndpointInput } from '../endpoints/endpoint.shape.js';

type Action = Extract<EndpointInput, { path: string }>;
type Trigger = Exclude<EndpointInput, { path: string }>;
type Rest<T> = Partial<Omit<T, 'type' | 'name' | 'summary' | 'method' | 'path' | 'responses'>>;

/** A path parameter with the name of an object. */
export function pathParameter(name: string): Action['parameters'][number] {
  return { name, in: 'path', required: true, type: 'string' };
}

/** A body with one definition. */
export function bodyOf(definition: string): NonNullable<Action['requestBody']> {
  return { required: true, definitions: [{ definition: { name: definition } }] };
}

/** An action. `[status, definition]` is its success response; the definition is omitted if there is no body. */
export function action(
  name: string,
  [method, path]: [Action['method'], string],
  [status, definition]: [number, string?],
  rest: Rest<Action> = {},
): Action {
  return {
    parameters: [],
    ...rest,
    type: 'http',
    name,
    summary: inWords(name),
    method,
    path,
    responses: [response(status, definition)],
  };
}

/** A trigger, whose request body has one definition. */
export function trigger(name: string, definition: string, rest: Rest<Trigger> = {}): Trigger {
  const responses = [response(204)];
  return {
    parameters: [],
    requestBody: bodyOf(definition),
    ...rest,
    type: 'http',
    name,
    summary: inWords(name),
    method: 'POST',
    responses,
  };
}

function response(status: number, definition?: string): Action['responses'][number] {
  return { status, definitions: definition === undefined ? [] : [{ definition: { name: definition } }] };
}

/** `GetProduct` in plain words: `Get product`. */
function inWords(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
