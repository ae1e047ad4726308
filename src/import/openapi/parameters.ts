import type { NewParameter } from './creations.js';
import { isObject, type Json, listOf, objectOf, type OpenApiDocument, textOf } from './document.js';
import type { MessageLog } from './message.log.js';

type Scalar = NewParameter['type'];

const SCALARS: readonly string[] = ['string', 'number', 'integer', 'boolean'] satisfies Scalar[];
/** OpenAPI leaves these to other parts of a document. */
const IGNORED_HEADERS = ['accept', 'content-type', 'authorization'];

const PATH_PARAMETER = /\{([^{}]+)\}/g;

/** Reads the parameters of the operations of one document. */
export class Parameters {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly log: MessageLog,
  ) {}

  /**
   * The parameters of an operation.
   * @param owners who lists them: the path, then the operation, whose parameters replace those of the path
   * @param places where they may be
   * @param operation its name, for messages
   */
  of(owners: readonly Json[], places: readonly string[], operation: string): NewParameter[] {
    const found = new Map<string, NewParameter>();
    for (const sent of owners.flatMap((owner) => listOf(owner, 'parameters'))) {
      const parameter = this.document.resolve(sent);
      const [name = '?', place = '?'] = [textOf(parameter, 'name'), textOf(parameter, 'in')];
      if (name === '?' || !places.includes(place))
        this.log.note('warning', 'Some parameters cannot be taken over.', `${operation}: ${place} ${name}`);
      else if (place !== 'header' || !IGNORED_HEADERS.includes(name.toLowerCase()))
        found.set(`${place} ${name}`, this.convert(parameter, name, place, operation));
    }
    return [...found.values()];
  }

  /** Adds parameters that a path uses and the document forgets. */
  complete(parameters: readonly NewParameter[], path: string, operation: string): NewParameter[] {
    const known = new Set(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name));
    const used = new Set([...path.matchAll(PATH_PARAMETER)].map(([, name = '']) => name));
    const forgotten = [...used].filter((name) => !known.has(name));
    for (const name of forgotten)
      this.log.note(
        'warning',
        'Some parameters of paths were not described; they are texts now.',
        `${operation}: ${name}`,
      );
    const place = { in: 'path', required: true, type: 'string' } as const;
    return [...parameters, ...forgotten.map((name) => ({ name, ...place }))];
  }

  private convert(parameter: Json, name: string, place: string, operation: string): NewParameter {
    const schema = this.document.resolve(parameter['schema']);
    const type = scalarOf(schema);
    if (type === undefined || isObject(parameter['content']))
      this.log.note(
        'warning',
        'Only simple parameters can be taken over; others are texts now.',
        `${operation}: ${name}`,
      );
    const fallback = schema['default'];
    return {
      name,
      in: place as NewParameter['in'],
      required: place === 'path' || parameter['required'] === true,
      type: type ?? 'string',
      ...(SCALARS.includes(typeof fallback) && { default: fallback }),
    };
  }
}

/** A path with its parameters as actions write them. */
export function actionPath(path: string): string {
  return path.replaceAll(PATH_PARAMETER, '{{ param.$1 }}');
}

/** The simple type of a schema; undefined where it has none. */
function scalarOf(schema: Json): Scalar | undefined {
  const types: unknown[] = Array.isArray(schema['type']) ? schema['type'] : [schema['type']];
  const named = types.find((type) => type !== undefined && type !== 'null');
  if (named !== undefined) return SCALARS.find((scalar) => scalar === named) as Scalar | undefined;
  const isComplex = schema['items'] !== undefined || Object.keys(objectOf(schema, 'properties')).length > 0;
  return isComplex ? undefined : 'string';
}
