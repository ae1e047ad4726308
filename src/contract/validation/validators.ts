import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath, ApiPropertyOptional } from '@nestjs/swagger';
import {
  Allow,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  isObject,
  IsOptional,
  IsString,
  Matches,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { isPathSegment } from '../../platform/path.js';
import { describeNested, describeUnion, type Dto, type NestedClass } from './metadata.js';

type Json = Record<string, unknown>;

/** May be left out (or null, which the platform reads as left out). */
export const Optional = IsOptional;

/** Must be there, but may be null. */
export function Nullable(): PropertyDecorator {
  return ValidateIf((_, value) => value !== null);
}

/** May be left out where one of the other members is given. Stands below the other checks, to speak before them. */
export function UnlessGiven(...others: string[]): PropertyDecorator {
  const defaultMessage = () => `must be given unless ${others.join(' or ')} is`;
  return applyDecorators(
    ValidateIf((owner: Json, value) => isGiven(value) || !others.some((other) => isGiven(owner[other]))),
    ValidateBy({ name: 'unlessGiven', validator: { validate: isGiven, defaultMessage } }),
  );
}

/** Any value, checked by the platform alone. */
export function Anything(): PropertyDecorator {
  return applyDecorators(Allow(), ApiProperty({ format: ANY_VALUE }));
}

/** Marks a schema that takes any value: the generator of the API document knows none without a type. */
export const ANY_VALUE = 'any';

/** A rule that looks at the whole object. `sentence` completes "must …". */
export function Rule(sentence: string, holds: (owner: Json) => boolean): PropertyDecorator {
  const defaultMessage = () => `must ${sentence}`;
  return ValidateBy({
    name: sentence,
    validator: { validate: (_, args) => holds(args?.object as Json), defaultMessage },
  });
}

/** Whether a member counts as sent: null is read as left out. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A text. Its format is documented and left to the platform to judge. */
export function Text(format?: 'ulid' | 'uri' | 'date-time'): PropertyDecorator {
  return applyDecorators(
    IsString({ message: 'must be a text' }),
    ApiProperty({ type: 'string', ...(format && { format }) }),
  );
}

/** A list of texts. */
export function Texts(): PropertyDecorator {
  return applyDecorators(
    IsArray({ message: 'must be a list' }),
    IsString({ each: true, message: 'must be a list of texts' }),
    ApiProperty(),
  );
}

/** A text of a form that the contract states. `sentence` completes "must …". */
export function TextLike(pattern: RegExp, sentence: string): PropertyDecorator {
  return applyDecorators(Matches(pattern, { message: `must ${sentence}` }), ApiProperty({ pattern: pattern.source }));
}

/** true or false. */
export function Flag(): PropertyDecorator {
  return applyDecorators(IsBoolean({ message: 'must be true or false' }), ApiProperty());
}

/** A whole number. */
export function WholeNumber(): PropertyDecorator {
  return applyDecorators(IsInt({ message: 'must be a whole number' }), ApiProperty({ type: 'integer' }));
}

/** One of a few words. */
export function Word(words: readonly string[]): PropertyDecorator {
  const message = `must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')}`;
  return applyDecorators(IsIn(words, { message }), ApiProperty({ type: 'string', enum: words }));
}

/** A list of a few words. */
export function Words(words: readonly string[]): PropertyDecorator {
  return applyDecorators(
    IsArray({ message: 'must be a list' }),
    IsIn(words, { each: true, message: `must be a list of ${words.join(', ')}` }),
    ApiProperty({ type: 'string', enum: words, isArray: true }),
  );
}

/** An object whose members the contract leaves open. */
export function OpenObject(): PropertyDecorator {
  return applyDecorators(
    IsObject({ message: 'must be a JSON object' }),
    ApiProperty({ type: 'object', additionalProperties: true }),
  );
}

/** An object of another DTO class. */
export function Nested(which: NestedClass): PropertyDecorator {
  return (prototype, member) => {
    describeNested(prototype, String(member), which);
    IsObject({ message: 'must be a JSON object' })(prototype, member);
    ValidateNested({ message: 'must be a JSON object' })(prototype, member);
    ApiProperty()(prototype, member);
  };
}

/** Name of the check of a list's elements, which says less than the checks of each element do. */
export const EACH_OBJECT = 'eachObject';

const EachObject = (): PropertyDecorator =>
  ValidateBy(
    { name: EACH_OBJECT, validator: { validate: isObject, defaultMessage: () => 'must be a list of JSON objects' } },
    { each: true },
  );

/** A list of objects of another DTO class. */
export function NestedList(which: NestedClass): PropertyDecorator {
  return (prototype, member) => {
    describeNested(prototype, String(member), which);
    IsArray({ message: 'must be a list' })(prototype, member);
    EachObject()(prototype, member);
    ValidateNested({ each: true, message: 'must be a JSON object' })(prototype, member);
    ApiProperty()(prototype, member);
  };
}

/** An object of the class that a sibling member names; any object where it names none of them. */
export function NestedBy(sibling: string, classes: Readonly<Record<string, Dto>>): PropertyDecorator {
  const all = Object.values(classes);
  const which: NestedClass = (owner) => {
    const tag = owner[sibling];
    return typeof tag === 'string' && Object.hasOwn(classes, tag) ? classes[tag] : undefined;
  };
  return (prototype, member) => {
    Nested(which)(prototype, member);
    ApiExtraModels(...all)(prototype.constructor);
    ApiProperty({ anyOf: [...all.map((dto) => ({ $ref: getSchemaPath(dto) })), { type: 'object' }] })(
      prototype,
      member,
    );
  };
}

/** Objects of this class are one of several variants, which a member tells apart. */
export function OneOf(discriminator: string, variants: Readonly<Record<string, Dto>>): (base: Dto) => void {
  return (base) => {
    describeUnion(base, discriminator, variants);
    Word(Object.keys(variants))(base.prototype as object, discriminator);
  };
}

/** One segment of a path. */
export function Segment(): PropertyDecorator {
  return ValidateBy({
    name: 'segment',
    validator: {
      validate: (value) => typeof value === 'string' && isPathSegment(value),
      defaultMessage: () =>
        'must be one path segment: not empty, not "." or "..", without slashes and control characters',
    },
  });
}

/** A name for a new version: it becomes a path segment, and the reserved names mean other versions. */
export function VersionName(): PropertyDecorator {
  return ValidateBy({
    name: 'versionName',
    validator: {
      validate: (value) =>
        typeof value === 'string' && isPathSegment(value) && value !== 'latest' && value !== 'default',
      defaultMessage: (args) =>
        args?.value === 'latest' || args?.value === 'default'
          ? 'must not be "latest" or "default": these names are reserved'
          : 'must be a text that can stand in a path: not empty, without slashes and control characters',
    },
  });
}

/** A few words as they stand in a query, where one of them alone is no list. */
export function QueryWords(words: readonly string[]): PropertyDecorator {
  return applyDecorators(
    IsIn(words, { each: true, message: `must be one of ${words.join(', ')}` }),
    ApiProperty({ type: 'string', enum: words, isArray: true }),
  );
}

/** A whole number of at least 1, as it stands in a query. */
export function QueryNumber(options: { default?: number } = {}): PropertyDecorator {
  return applyDecorators(
    Matches(/^0*[1-9]\d{0,8}$/, { message: 'must be a whole number of at least 1' }),
    ApiPropertyOptional({ ...options, type: 'integer' }),
  );
}

/** true or false, as it stands in a query. */
export function QueryFlag(): PropertyDecorator {
  return applyDecorators(
    IsIn(['true', 'false'], { message: 'must be true or false' }),
    ApiPropertyOptional({ type: 'boolean' }),
  );
}
