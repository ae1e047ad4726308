/** An action or a trigger in outline: enough to recognise it. */
export interface Outline {
  readonly name: string;
  readonly method: string;
  /** Only actions have one. */
  readonly path?: string;
  readonly summary?: string;
  readonly description?: string;
  /** Such as `owner: string in path, required`. */
  readonly parameters: string[];
  /** Such as `issue, required`; missing if there is no body. */
  readonly requestBody?: string;
  /** Such as `200: repository`. */
  readonly responses: string[];
}

interface Link {
  readonly definition: { readonly name?: string };
}

/** An action or a trigger, one to create or one that exists. */
interface Endpoint {
  readonly name: string;
  readonly method: string;
  readonly path?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters: readonly { name: string; in: string; type: string; required: boolean }[];
  readonly requestBody?: { readonly required: boolean; readonly definitions: readonly Link[] };
  readonly responses: readonly { readonly status?: number; readonly definitions: readonly Link[] }[];
}

/** Outlines an action or a trigger; two equivalent ones have the same outline, in whatever order they list it. */
export function outlineOf(endpoint: Endpoint): Outline {
  const { name, method, path, summary, description, parameters, requestBody, responses } = endpoint;
  return {
    name,
    method,
    ...(path !== undefined && { path }),
    ...(summary && { summary }),
    ...(description && { description }),
    parameters: parameters
      .map((parameter) => `${parameter.name}: ${parameter.type} in ${parameter.in}${needed(parameter.required)}`)
      .toSorted(),
    ...(requestBody && { requestBody: `${namesOf(requestBody.definitions)}${needed(requestBody.required)}` }),
    responses: responses.map(({ status, definitions }) => `${status ?? 'default'}: ${namesOf(definitions)}`).toSorted(),
  };
}

function needed(required: boolean): string {
  return required ? ', required' : '';
}

function namesOf(links: readonly Link[]): string {
  const names = links.map(({ definition }) => definition.name ?? '?').toSorted();
  return names.join(' or ') || 'no body';
}
