import type { NewParameter, NewTrigger } from './connector.model.js';
import type { Diagnostics } from './diagnostics.js';
import type { OpenApiDocument, Resource } from './document.js';
import type { Effort } from './effort.js';
import { isNumber, isObject, type Json, listOf, objectOf, own, type Path, textOf } from './json.js';

type Scalar = NewParameter['type'];

const SCALARS: readonly string[] = ['string', 'number', 'integer', 'boolean'] satisfies Scalar[];
/** Header parameters that OpenAPI defines in other parts of a document. */
const IGNORED_HEADERS = ['accept', 'content-type', 'authorization'];
/** Maximum depth of the search for a type; schemas may be recursive. */
const MAX_TYPE_DEPTH = 12;
/** Keywords that constrain a parameter's values more than an action's parameter can. */
const NARROWING = ['enum', 'const', 'format', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'multipleOf'];

const PATH_PARAMETER = /\{([^{}]+)\}/g;

/** Reads the parameters of the operations of one document. */
export class Parameters {
  /** Avoids reading nested alternatives again and again. */
  private readonly types = new Map<Json, Set<Scalar | undefined>>();

  constructor(
    private readonly document: OpenApiDocument,
    private readonly log: Diagnostics,
    private readonly effort: Effort,
  ) {}

  /** The parameters of an action; those used in its path but not declared are added. */
  ofAction(item: Json, operation: Json, path: string, name: string, at: Path): NewParameter[] {
    const holes = holesOf(path);
    const found = this.collect([item, operation], ['cookie', 'header', 'path', 'query'], name, at);
    const kept = [...found.values()].filter((parameter) => {
      const isSurplus = parameter.in === 'path' && !holes.has(parameter.name);
      if (isSurplus)
        this.log.add('warning', 'Some path parameters have no place in their path; they are left out.', {
          at,
          label: `${name}: ${parameter.name}`,
        });
      return !isSurplus;
    });
    const known = new Set(kept.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name));
    for (const hole of holes) {
      this.effort.spend();
      if (known.has(hole)) continue;
      this.log.add('warning', 'Some paths have a parameter that is not declared; it is taken as a string.', {
        at,
        label: `${name}: ${hole}`,
      });
      kept.push({ name: hole, in: 'path', required: true, type: 'string' });
    }
    return kept;
  }

  /** The parameters of a trigger, whose path the platform sets. */
  ofTrigger(item: Json, operation: Json, name: string, at: Path): NewTrigger['parameters'] {
    const found = this.collect([item, operation], ['cookie', 'header', 'query'], name, at);
    return [...found.values()] as NewTrigger['parameters'];
  }

  /** Those of the operation override those of its path item with the same name and location. */
  private collect(owners: readonly Json[], places: readonly string[], name: string, at: Path) {
    const found = new Map<string, NewParameter>();
    for (const sent of owners.flatMap((owner) => listOf(owner, 'parameters'))) {
      this.effort.spend();
      const target = this.document.follow(sent);
      const parameter = isObject(target?.value) ? target.value : {};
      const [wanted = '', place = ''] = [textOf(parameter, 'name'), textOf(parameter, 'in')];
      const label = `${name}: ${wanted || '(no name)'} in ${place || '(no place)'}`;
      if (wanted === '' || !places.includes(place)) {
        const body = ['body', 'formData'].includes(place) ? ' In OpenAPI 3 a body is described by "requestBody".' : '';
        this.log.add('warning', `Some parameters cannot be sent by a connector; they are left out.${body}`, {
          at,
          label,
        });
      } else if (place !== 'header' || !IGNORED_HEADERS.includes(wanted.toLowerCase()))
        found.set(`${place} ${wanted}`, this.convert(parameter, target?.resource, wanted, place, { at, label }));
    }
    return found;
  }

  private convert(
    parameter: Json,
    resource: Resource | undefined,
    name: string,
    place: string,
    where: { at: Path; label: string },
  ): NewParameter {
    const schema = parameter['schema'];
    const type = isObject(parameter['content']) ? undefined : this.typeOf(schema, resource);
    if (type === undefined)
      this.log.add(
        'warning',
        'Parameters of connectors are strings, numbers, integers or booleans; these are taken as strings, to be filled in the form that the API reads.',
        where,
      );
    const described = this.describedBy(schema, resource);
    if (NARROWING.some((word) => described[word] !== undefined))
      this.log.add(
        'info',
        'Of the values of a parameter only the type is kept: formats, patterns, limits and lists of values are left out.',
        where,
      );
    const fallback = described['default'];
    const isKept = SCALARS.includes(typeof fallback) || isNumber(fallback);
    if (!isKept && fallback !== undefined && fallback !== null)
      this.log.add('info', 'Default values that are lists or objects are left out.', where);
    return {
      name,
      in: place as NewParameter['in'],
      required: place === 'path' || parameter['required'] === true,
      type: type ?? 'string',
      ...(isKept && { default: fallback }),
    };
  }

  /** The schema with its reference resolved. */
  private describedBy(schema: unknown, resource: Resource | undefined): Json {
    const target = this.document.follow(schema, resource)?.value;
    return { ...(isObject(target) ? target : {}), ...(isObject(schema) ? schema : {}) };
  }

  /** The simple type of a schema: the common type of all its alternatives; undefined for lists and objects. */
  private typeOf(schema: unknown, from: Resource | undefined, depth = 0): Scalar | undefined {
    this.effort.spend();
    if (schema === undefined || typeof schema === 'boolean') return 'string';
    const types = this.typesOf(schema, from, depth);
    if (types.size === 0) return 'string';
    if (types.size === 1) return [...types][0];
    if (types.has(undefined)) return undefined;
    return [...types].every((type) => type === 'integer' || type === 'number') ? 'number' : 'string';
  }

  /** The types that a schema allows, without null; undefined among them means lists and objects. */
  private typesOf(schema: unknown, from: Resource | undefined, depth: number): Set<Scalar | undefined> {
    const target = this.document.follow(schema, from);
    if (!isObject(target?.value) || depth > MAX_TYPE_DEPTH) return new Set();
    const { value, resource } = target;
    const known = this.types.get(value);
    if (known !== undefined) return known;
    this.effort.spend();
    const types = this.readTypes(value, resource, depth);
    this.types.set(value, types);
    return types;
  }

  private readTypes(value: Json, resource: Resource, depth: number): Set<Scalar | undefined> {
    const named = namedTypes(value);
    if (named.size > 0) return named;
    for (const word of ['anyOf', 'oneOf']) {
      const alternatives = listOf(value, word).map((entry) => this.typesOf(entry, resource, depth + 1));
      if (alternatives.length > 0) return new Set(alternatives.flatMap((types) => [...types]));
    }
    for (const part of listOf(value, 'allOf')) {
      const types = this.typesOf(part, resource, depth + 1);
      if (types.size > 0) return types;
    }
    return new Set();
  }
}

/** A path with its parameters in the syntax of actions. */
export function actionPath(path: string): string {
  return path.replaceAll(PATH_PARAMETER, (_, name: string) => `{{ param.${withoutPlus(name)} }}`);
}

function holesOf(path: string): Set<string> {
  return new Set(Array.from(path.matchAll(PATH_PARAMETER), ([, name = '']) => withoutPlus(name)));
}

/** `{proxy+}` is the API gateways' syntax for the rest of a path. */
function withoutPlus(name: string): string {
  return name.endsWith('+') ? name.slice(0, -1) : name;
}

function namedTypes(schema: Json): Set<Scalar | undefined> {
  const types = [schema['type']].flat().filter((type) => type !== undefined && type !== 'null');
  if (types.length > 0) return new Set(types.map((type) => SCALARS.find((scalar) => scalar === type) as Scalar));
  const values = Object.hasOwn(schema, 'const') ? [schema['const']] : listOf(schema, 'enum');
  if (values.length > 0) return new Set(values.filter((value) => value !== null).map(scalarOf));
  const isComplex = own(schema, 'items') !== undefined || Object.keys(objectOf(schema, 'properties')).length > 0;
  return isComplex ? new Set([undefined]) : new Set();
}

function scalarOf(value: unknown): Scalar | undefined {
  if (isNumber(value)) return Number.isInteger(value) || typeof value === 'object' ? 'integer' : 'number';
  return typeof value === 'string' || typeof value === 'boolean' ? (typeof value as Scalar) : undefined;
}
