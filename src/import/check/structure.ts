import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Diagnostics } from '../openapi/diagnostics.js';
import { isObject, type Json, own, pathOf } from '../openapi/json.js';
import { type Node, type Shape, referenceOf } from '../openapi/shapes.js';
import { type ShapeSchemas, schemasOf } from './structure.schemas.js';
import { sentenceOf } from './structure.sentences.js';

/** Maximum number of errors to look for. */
const MAX_FAULTS = 10_000;
/** In an object with more values than this, only the first error is reported. */
const MAX_VALUES = 10_000;

/** Checks each object of a document against the official schema of its version, by ajv. */
export class Structure {
  private readonly validators: Validators;
  private faults = 0;

  constructor(
    private readonly version: string,
    private readonly log: Diagnostics,
  ) {
    this.validators = validatorsOf(version);
  }

  /** A reference object is not validated as the object it refers to. */
  check(node: Node): void {
    const { shape, members, path } = node;
    if (this.faults >= MAX_FAULTS || shape === 'content' || this.isReference(node)) return;
    const places = new Set<string>();
    const errors = this.validators.errorsIn(shape, members);
    const isAlone = errors.every(({ keyword }) => keyword.endsWith('Properties'));
    for (const error of errors) {
      const place = `${error.instancePath} ${error.keyword === 'required' ? String(error.params['missingProperty']) : ''}`;
      // If one value has several errors, the first is reported; unknown members are separate values.
      if (!error.keyword.endsWith('Properties') && places.size === places.add(place).size) continue;
      if (++this.faults === MAX_FAULTS) {
        this.log.add('info', `After ${MAX_FAULTS} faults the structure was not checked further.`);
        return;
      }
      this.say(error, { shape, members, path, isAlone });
    }
  }

  /** Path items, and schemas since OpenAPI 3.1, may have members beside the reference. */
  private isReference(node: Node): boolean {
    const isMore = node.shape === 'pathItem' || (node.shape === 'schema' && this.version !== '3.0');
    return !isMore && referenceOf(node) !== undefined;
  }

  private say(error: ErrorObject, { shape, members, path, isAlone }: Failing): void {
    const inside = pathOf(error.instancePath).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const value = inside.reduce<unknown>((around, key) => own(around, key), members);
    const said = sentenceOf(error, { shape, value, inside, known: this.validators.membersOf(shape), isAlone });
    if (said === undefined) return;
    const at = [...path, ...inside, ...(said.member === undefined ? [] : [said.member])];
    this.log.add(said.severity, said.text, { at });
  }
}

/** An invalid object. */
interface Failing extends Node {
  /** Whether unknown members are its only errors. */
  readonly isAlone: boolean;
}

/** Validates without collecting all errors first, unless there are few. */
class Validators {
  private readonly first: Ajv2020;
  private readonly all: Ajv2020;
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly members = new Map<Shape, ReadonlySet<string>>();

  constructor(private readonly schemas: ShapeSchemas) {
    // The official schemas are valid, and checking them would compile a meta-schema first.
    const options = {
      strict: false,
      meta: false,
      validateSchema: false,
      validateFormats: false,
      logger: false,
    } as const;
    this.first = new Ajv2020({ ...options, code: { optimize: false } });
    this.all = new Ajv2020({ ...options, verbose: true, allErrors: true });
    for (const document of schemas.documents) {
      this.first.addSchema(document);
      this.all.addSchema(document);
    }
  }

  errorsIn(shape: Shape, value: Json): ErrorObject[] {
    const quick = this.validatorOf(this.first, shape);
    if (quick(value)) return [];
    const found = quick.errors ?? [];
    if (!isSmall(value)) return found.slice(-1);
    const whole = this.validatorOf(this.all, shape);
    whole(value);
    return withoutAlternatives(whole.errors ?? found);
  }

  /** The names that a shape's members may have. */
  membersOf(shape: Shape): ReadonlySet<string> {
    const known = this.members.get(shape);
    if (known !== undefined) return known;
    const names = new Set<string>();
    collectMembers(this.validatorOf(this.first, shape).schema, names);
    this.members.set(shape, names);
    return names;
  }

  private validatorOf(ajv: Ajv2020, shape: Shape): ValidateFunction {
    const key = `${ajv === this.all ? 'all' : 'first'} ${shape}`;
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const validator = ajv.getSchema(this.schemas.uriOf(shape));
    if (validator === undefined) throw new Error(`There is no schema for ${shape}.`);
    this.compiled.set(key, validator);
    return validator;
  }
}

const cache = new Map<string, Validators>();

/** A thread compiles the schemas of a version once, for its first document. */
function validatorsOf(version: string): Validators {
  const known = cache.get(version) ?? new Validators(schemasOf(version));
  cache.set(version, known);
  return known;
}

/** If all alternatives fail, that is the one error: not those of each alternative, nor that of `if`. */
function withoutAlternatives(errors: readonly ErrorObject[]): ErrorObject[] {
  const groups = errors.filter(({ keyword }) => ['oneOf', 'anyOf', 'not'].includes(keyword));
  return errors.filter(
    (error) =>
      error.keyword !== 'if' &&
      !groups.some((group) => group !== error && error.schemaPath.startsWith(`${group.schemaPath}/`)),
  );
}

/** Counts the values in an object, up to a limit. */
function isSmall(value: unknown): boolean {
  let left = MAX_VALUES;
  const visit = (inner: unknown): void => {
    left -= 1;
    if (left <= 0 || typeof inner !== 'object' || inner === null) return;
    for (const key in inner) {
      if (left <= 0) return;
      visit((inner as Json)[key]);
    }
  };
  visit(value);
  return left > 0;
}

/** The property names that a schema mentions, itself or in its parts. */
function collectMembers(schema: unknown, names: Set<string>): void {
  if (Array.isArray(schema)) for (const part of schema) collectMembers(part, names);
  if (!isObject(schema)) return;
  if (isObject(schema['properties'])) for (const name of Object.keys(schema['properties'])) names.add(name);
  for (const word of ['allOf', 'oneOf', 'anyOf', 'if', 'then', 'else', 'dependentSchemas'])
    for (const part of word === 'dependentSchemas' ? Object.values(schema[word] ?? {}) : [schema[word]])
      collectMembers(part, names);
}
