import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Severity } from '../openapi/diagnostics.js';
import { isObject, isNumber } from '../openapi/json.js';
import { METHODS, type Shape } from '../openapi/shapes.js';
import { closest } from '../openapi/rules/closest.js';

/** The place of an error. */
export interface FaultContext {
  /** The shape of the validated object. */
  readonly shape: Shape;
  /** The invalid value. */
  readonly value: unknown;
  /** The path from the object to that value. */
  readonly inside: readonly (string | number)[];
  /** The allowed members of the object. */
  readonly known: ReadonlySet<string>;
  /** Whether unknown members are the object's only errors. */
  readonly isAlone: boolean;
}

/** The message for an error, and the member of the value that it is about. */
export interface Sentence {
  readonly severity: Severity;
  readonly text: string;
  readonly member?: string;
}

/**
 * Describes an error and its consequence: `error` severity is for what prevents the import, because something cannot be
 * read or there is nothing to read. Undefined for what is reported elsewhere, or does not matter.
 */
export function sentenceOf(fault: ErrorObject, at: FaultContext): Sentence | undefined {
  switch (fault.keyword) {
    case 'required':
      return missing(String(fault.params['missingProperty']), at);
    case 'additionalProperties':
      return stray(String(fault.params['additionalProperty']), at);
    case 'unevaluatedProperties':
      return stray(String(fault.params['unevaluatedProperty']), at);
    case 'type':
      return wrongType(fault.params['type'] as string | string[], at);
    case 'enum':
      return oneOf(fault.params['allowedValues'] as unknown[], at);
    case 'const':
      return oneOf([fault.params['allowedValue']], at);
    case 'pattern':
      if (fault.propertyName !== undefined) return ownName(fault.propertyName, at);
      return pattern(String(fault.params['pattern']), at);
    case 'minItems':
    case 'minProperties':
      return empty(at);
    case 'uniqueItems':
      return warning(`${nameOf(at.inside)} has the same value more than once; it counts once.`);
    case 'oneOf':
    case 'anyOf':
    case 'not':
      return alternatives(fault, at);
    case 'propertyNames':
      return undefined;
    case 'false schema':
      return warning(`${nameOf(at.inside)} is not allowed together with what is beside it; it is ignored.`);
    default:
      return warning(`${nameOf(at.inside)} ${fault.message ?? 'does not fit'}; it is taken as it is.`);
  }
}

function missing(name: string, { shape, inside, known }: FaultContext): Sentence | undefined {
  if (inside.length > 0) return warning(`"${name}" is missing; it is taken without.`);
  switch (`${shape}.${name}`) {
    case 'document.info':
      return error('"info" is missing, which gives the connector its name: info.title and info.version.');
    case 'document.paths':
    case 'document.components':
    case 'document.webhooks':
      return error('"paths" is missing: there is nothing to make actions of.');
    case 'parameter.name':
    case 'parameter.in':
      return warning(`"${name}" of a parameter is missing; the parameter is left out.`);
    case 'parameter.schema':
      return warning('A parameter has neither "schema" nor "content"; it is taken as a string.');
    case 'parameter.required':
      return warning('A path parameter is always required; it is taken as "required: true".');
    case 'operation.responses':
      return warning('"responses" is missing; the action gets one empty response.');
    case 'response.description':
      return warning(
        '"description" of a response is missing; nothing is lost by that, but other readers may refuse the file.',
      );
    default:
      return known.size === 0 ? undefined : warning(`"${name}" is missing here; the import does without.`);
  }
}

function stray(name: string, { shape, inside, known, value, isAlone }: FaultContext): Sentence | undefined {
  // A failed subschema makes ajv report its members as unknown.
  if (inside.length === 0 && known.has(name))
    return isAlone
      ? { ...warning(`"${name}" is not allowed together with what is beside it; it is ignored.`), member: name }
      : undefined;
  if (shape === 'paths' || name === '$ref') return undefined;
  const member = { member: name };
  if (shape === 'responses') {
    const isRange = /^[1-5]xx$/i.test(name);
    const text = isRange
      ? 'Ranges of statuses are written in capitals, such as "4XX"; it is read as one.'
      : `"${name}" is no status: statuses have three digits, such as "200", or are "default". Its response is left out.`;
    return { ...warning(text), ...member };
  }
  if (shape === 'pathItem' && inside.length === 0) {
    const lower = name.toLowerCase();
    const method = METHODS.find((one) => one === lower) ?? closest(name, METHODS);
    const meant = method === undefined ? '' : ` Did you mean "${method}"?`;
    const what =
      isObject(value) && isObject(value[name])
        ? 'no method of OpenAPI; its operation is left out.'
        : 'not known here; it is ignored.';
    return { ...warning(`"${name}" is ${what}${meant}`), ...member };
  }
  if (shape === 'components' && inside.length === 1)
    return {
      ...warning(`Names of components have letters, digits, ".", "-" and "_" only; "${name}" is taken all the same.`),
      ...member,
    };
  const swagger = SWAGGER[`${shape}.${name}`];
  if (inside.length === 0 && swagger !== undefined)
    return { ...warning(`"${name}" is of Swagger 2.0; it is ignored. ${swagger}`), ...member };
  const near = inside.length === 0 ? closest(name, known) : undefined;
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
  if (shape === 'schema')
    return { ...warning(`"${name}" is no keyword of OpenAPI 3.0; it is kept in the definition.${meant}`), ...member };
  return { ...warning(`"${name}" is not known here; it is ignored.${meant}`), ...member };
}

function ownName(name: string, { shape }: Pick<FaultContext, 'shape'>): Sentence | undefined {
  if (shape !== 'components')
    return {
      ...warning('Names of headers are tokens (RFC 9110); headers of responses are left out anyway.'),
      member: name,
    };
  return {
    ...warning('Names of components have letters, digits, ".", "-" and "_" only; these are taken all the same.'),
    member: name,
  };
}

/** Leftovers of Swagger 2.0, and where they moved to. */
const SWAGGER: Record<string, string> = {
  'operation.consumes': 'In OpenAPI 3 the media types of a request are keys of requestBody.content.',
  'operation.produces': 'In OpenAPI 3 the media types of a response are keys of its content.',
  'operation.schemes': 'In OpenAPI 3 the scheme is part of the URL of a server.',
  'response.schema': 'In OpenAPI 3 the schema of a response is under its content and media type.',
  'document.definitions': 'In OpenAPI 3 schemas are under components.schemas.',
  'document.host': 'In OpenAPI 3 the host is part of the URL of a server.',
  'document.basePath': 'In OpenAPI 3 the base path is part of the URL of a server.',
  'document.schemes': 'In OpenAPI 3 the scheme is part of the URL of a server.',
  'document.securityDefinitions': 'In OpenAPI 3 security schemes are under components.securitySchemes.',
  'document.parameters': 'In OpenAPI 3 shared parameters are under components.parameters.',
  'document.responses': 'In OpenAPI 3 shared responses are under components.responses.',
  'parameter.type': 'In OpenAPI 3 the type of a parameter is in its schema.',
};

function wrongType(type: string | string[], { shape, value, inside }: FaultContext): Sentence | undefined {
  const types = [type].flat();
  // A reference in place of a map of media types is followed.
  if (inside.at(-1) === '$ref') return undefined;
  const name = nameOf(inside);
  // A number that is kept as its digits is valid.
  if (isNumber(value) && types.some((one) => one === 'number' || one === 'integer')) return undefined;
  if (value === null) return { severity: 'warning', text: `${name} is empty (null); it is taken as left out.` };
  const wanted = types.map((one) => ARTICLES[one] ?? one).join(' or ');
  const found = `${name} must be ${wanted}, but is ${kindOf(value)}`;
  if (shape === 'schema' && inside[0] === 'type' && Array.isArray(value))
    return warning('Before OpenAPI 3.1 "type" is a single string; a list of types is taken as written.');
  if (shape === 'schema') return warning(`${found}; it is taken into the definition as written.`);
  if (types.includes('object') || types.includes('array'))
    return isNeeded(shape, inside)
      ? error(`${found}: what it describes cannot be read.`)
      : warning(`${found}; it is ignored.`);
  if (types.includes('string') && (typeof value === 'number' || typeof value === 'boolean'))
    return warning(`${found}; it is read as "${String(value)}". Write it in quotes.`);
  return warning(`${found}; it is ignored.`);
}

/** Members without which there is nothing to import, or the operation would be a different one. */
const NEEDED: Partial<Record<Shape, readonly string[]>> = {
  document: ['info', 'paths', 'webhooks', 'components'],
  components: ['schemas', 'parameters', 'responses', 'requestBodies', 'pathItems'],
  pathItem: ['parameters', ...METHODS],
  operation: ['parameters', 'requestBody', 'responses'],
  requestBody: ['content'],
  response: ['content'],
};

function isNeeded(shape: Shape, inside: readonly (string | number)[]): boolean {
  if (shape === 'paths' || shape === 'responses') return true;
  return inside.length <= 2 && NEEDED[shape]?.includes(String(inside[0])) === true;
}

function oneOf(values: readonly unknown[], { shape, value, inside }: FaultContext): Sentence | undefined {
  const last = inside.at(-1);
  if (shape === 'parameter' && last === 'required')
    return warning('A path parameter is always required; it is taken as "required: true".');
  if (shape === 'parameter' && last === 'in' && ['body', 'formData'].includes(String(value)))
    return warning(
      `A parameter in "${String(value)}" is of Swagger 2.0; it is left out. In OpenAPI 3 a body is described by "requestBody".`,
    );
  const shown = values.slice(0, 20).map((one) => JSON.stringify(one));
  const text = `${nameOf(inside)} must be ${shown.length === 1 ? shown[0] : `one of ${shown.join(', ')}`}, but is ${JSON.stringify(value)?.slice(0, 60)}`;
  if (shape === 'schema' && last === 'type' && value === 'file')
    return warning(
      '"file" is no type in OpenAPI 3; in the definition it describes nothing. Write "type: string" with "format: binary".',
    );
  if (shape === 'schema' && last === 'type' && value === 'null')
    return warning(
      'Before OpenAPI 3.1 there is no type "null"; it is taken as written. "nullable: true" says the same there.',
    );
  if (shape === 'schema') return warning(`${text}; it is taken into the definition as written.`);
  if (shape === 'parameter' && last === 'in') return warning(`${text}; the parameter is left out.`);
  return warning(`${text}; it is ignored.`);
}

function pattern(expression: string, { shape, inside }: FaultContext): Sentence | undefined {
  if (shape === 'document' && inside[0] === 'openapi') return undefined;
  return warning(`${nameOf(inside)} must match the pattern ${expression}; it is taken as it is.`);
}

function empty({ shape, inside }: FaultContext): Sentence | undefined {
  if (shape === 'responses') return warning('There is no response; the action gets an empty one.');
  if (shape === 'schema' && inside.at(-1) === 'required')
    return warning('An empty "required" is not allowed before OpenAPI 3.1; nothing is required. Leave it out.');
  return warning(`${nameOf(inside)} must not be empty; it is taken as left out.`);
}

/** The members that a group of alternatives is about. */
function alternatives({ keyword, schema }: ErrorObject, { shape, inside }: FaultContext): Sentence | undefined {
  const names = requiredIn(schema);
  const listed = names.map((name) => `"${name}"`).join(', ');
  if (shape === 'document' && keyword === 'anyOf')
    return error('"paths", "components" and "webhooks" are missing: there is nothing to make actions of.');
  if (shape === 'parameter' && inside.length === 0 && names.includes('schema') && names.includes('content'))
    return warning('A parameter has exactly one of "schema" and "content"; without them it is taken as a string.');
  if (names.length > 1 && keyword === 'not')
    return warning(`${listed} exclude each other; both are taken as they are.`);
  if (names.length > 1) return warning(`Exactly one of ${listed} must be given.`);
  return warning(`${nameOf(inside)} does not fit what the specification allows; it is taken as it is.`);
}

function requiredIn(schema: unknown): string[] {
  const parts = Array.isArray(schema) ? schema : [schema];
  return [
    ...new Set(
      parts.flatMap((part) => (isObject(part) && Array.isArray(part['required']) ? part['required'].map(String) : [])),
    ),
  ];
}

const ARTICLES: Record<string, string> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  return typeof value === 'boolean' ? String(value) : (ARTICLES[typeof value] ?? typeof value);
}

function warning(text: string): Sentence {
  return { severity: 'warning', text };
}

function error(text: string): Sentence {
  return { severity: 'error', text };
}

/** The subject of an error: a member of the object, or a part of it. Names of the document are not repeated. */
function nameOf(inside: readonly (string | number)[]): string {
  const [member] = inside;
  if (member === undefined) return 'This object';
  if (FIXED.has(String(member))) return `"${inside.join('.')}"`;
  return inside.length === 1 ? `"${member}"` : `A value of "${member}"`;
}

/** Members whose own members have names that OpenAPI defines. */
const FIXED: ReadonlySet<string> = new Set(['info', 'externalDocs', 'flows', 'discriminator', 'xml']);
