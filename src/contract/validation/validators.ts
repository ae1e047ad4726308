import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath, ApiPropertyOptional } from '@nestjs/swagger';
import * as rules from 'class-validator';
import { isPathSegment, MAX_SEGMENT_CHARACTERS } from '../../platform/path.js';
import { describeNested, describeUnion, type Dto, type NestedClass } from './metadata.js';

type Json = Record<string, unknown>;

/** Characters of a name that becomes a path segment. */
const MAX_NAME_CHARACTERS = 255;

/** May be left out, but not null: the contract has no null in its place. */
export function IsOptional(): PropertyDecorator {
  return rules.ValidateIf(isSent);
}

/** Must be there, but may be null. */
export function IsNullable(): PropertyDecorator {
  return rules.ValidateIf((_, value) => value !== null);
}

/** Required unless one of the other members is present. Place it below the other checks, so that it reports first. */
export function RequiredUnless(...others: string[]): PropertyDecorator {
  const defaultMessage = () => `must be given unless ${others.join(' or ')} is`;
  return applyDecorators(
    rules.ValidateIf((owner: Json, value) => isSent(owner, value) || !others.some((other) => isPresent(owner[other]))),
    rules.ValidateBy({ name: 'unlessGiven', validator: { validate: isPresent, defaultMessage } }),
  );
}

/** Any value; only the platform checks it. */
export function IsAny(): PropertyDecorator {
  return applyDecorators(rules.Allow(), ApiProperty({ format: ANY_VALUE }));
}

/** Marks a schema that allows any value, since the generator cannot write a schema without a type. */
export const ANY_VALUE = 'any';

/** Whether a member is there at all. The plan of a class recognises optional members by this very condition. */
export function isSent(_owner: unknown, value: unknown): boolean {
  return value !== undefined;
}

/** A rule about the whole object. `sentence` completes "must …". */
export function Satisfies(sentence: string, holds: (owner: Json) => boolean): PropertyDecorator {
  const defaultMessage = () => `must ${sentence}`;
  return rules.ValidateBy({
    name: sentence,
    validator: { validate: (_, args) => holds(args?.object as Json), defaultMessage },
  });
}

/** Whether a member was sent with a value. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A string. The format is documentation only; the platform checks it. Its length is bounded by that of the body. */
export function IsString(format?: 'ulid' | 'uri' | 'date-time'): PropertyDecorator {
  return applyDecorators(
    rules.IsString({ message: 'must be a string' }),
    ApiProperty({ type: 'string', ...(format && { format }) }),
  );
}

/** An array of strings. */
export function IsStringArray(): PropertyDecorator {
  return applyDecorators(
    rules.IsArray({ message: 'must be an array' }),
    rules.IsString({ each: true, message: 'must be an array of strings' }),
    ApiProperty(),
  );
}

/** A string that matches a pattern of the contract. `sentence` completes "must …". */
export function MatchesPattern(pattern: RegExp, sentence: string): PropertyDecorator {
  return applyDecorators(
    rules.Matches(pattern, { message: `must ${sentence}` }),
    ApiProperty({ pattern: pattern.source }),
  );
}

/** A name that becomes a path segment, of a form that the contract states. `sentence` completes "must …". */
export function IsNameLike(pattern: RegExp, sentence: string): PropertyDecorator {
  const message = `must have at most ${MAX_NAME_CHARACTERS} characters`;
  return applyDecorators(
    rules.MaxLength(MAX_NAME_CHARACTERS, { message }),
    ApiProperty({ maxLength: MAX_NAME_CHARACTERS }),
    MatchesPattern(pattern, sentence),
  );
}

/** true or false. */
export function IsBoolean(): PropertyDecorator {
  return applyDecorators(rules.IsBoolean({ message: 'must be true or false' }), ApiProperty());
}

/** An integer. */
export function IsInt(): PropertyDecorator {
  return applyDecorators(rules.IsInt({ message: 'must be an integer' }), ApiProperty({ type: 'integer' }));
}

/** One of a fixed set of strings. */
export function IsEnum(values: readonly string[]): PropertyDecorator {
  const message = `must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}`;
  return applyDecorators(rules.IsIn(values, { message }), ApiProperty({ type: 'string', enum: values }));
}

/** An array of strings from a fixed set. */
export function IsEnumArray(values: readonly string[]): PropertyDecorator {
  return applyDecorators(
    rules.IsArray({ message: 'must be an array' }),
    rules.IsIn(values, { each: true, message: `must be an array of ${values.join(', ')}` }),
    ApiProperty({ type: 'string', enum: values, isArray: true }),
  );
}

/** An object with any members. */
export function IsObject(): PropertyDecorator {
  return applyDecorators(
    rules.IsObject({ message: 'must be a JSON object' }),
    ApiProperty({ type: 'object', additionalProperties: true }),
  );
}

/** An object of another DTO class. */
export function IsNested(which: NestedClass): PropertyDecorator {
  return (prototype, member) => {
    describeNested(prototype, String(member), which);
    rules.IsObject({ message: 'must be a JSON object' })(prototype, member);
    ApiProperty()(prototype, member);
  };
}

/** An array of objects of another DTO class. */
export function IsNestedArray(which: NestedClass): PropertyDecorator {
  return (prototype, member) => {
    describeNested(prototype, String(member), which);
    rules.IsArray({ message: 'must be an array' })(prototype, member);
    ApiProperty()(prototype, member);
  };
}

/** An object whose class depends on a sibling member; any object if the sibling names none of the classes. */
export function IsNestedBy(sibling: string, classes: Readonly<Record<string, Dto>>): PropertyDecorator {
  const all = Object.values(classes);
  const which: NestedClass = (owner) => {
    const tag = owner[sibling];
    return typeof tag === 'string' && Object.hasOwn(classes, tag) ? classes[tag] : undefined;
  };
  return (prototype, member) => {
    IsNested(which)(prototype, member);
    ApiExtraModels(...all)(prototype.constructor);
    ApiProperty({ anyOf: [...all.map((dto) => ({ $ref: getSchemaPath(dto) })), { type: 'object' }] })(
      prototype,
      member,
    );
  };
}

/** A union of classes, told apart by a discriminator member. */
export function DiscriminatedUnion(
  discriminator: string,
  variants: Readonly<Record<string, Dto>>,
): (base: Dto) => void {
  return (base) => {
    describeUnion(base, discriminator, variants);
    IsEnum(Object.keys(variants))(base.prototype as object, discriminator);
  };
}

/** One path segment. */
export function IsPathSegment(): PropertyDecorator {
  return rules.ValidateBy({
    name: 'segment',
    validator: {
      validate: (value) => typeof value === 'string' && isPathSegment(value),
      defaultMessage: () =>
        `must be one path segment: 1 to ${MAX_SEGMENT_CHARACTERS} characters, not "." or "..", no slashes, no control characters`,
    },
  });
}

/** Name of a new version: it becomes a path segment, and `latest` and `default` are reserved. */
export function IsVersionName(): PropertyDecorator {
  return applyDecorators(
    rules.ValidateBy({
      name: 'versionName',
      validator: {
        validate: (value) => typeof value === 'string' && isName(value) && value !== 'latest' && value !== 'default',
        defaultMessage: (args) =>
          args?.value === 'latest' || args?.value === 'default'
            ? 'must not be "latest" or "default": these names are reserved'
            : `must be a string that works as a path segment: 1 to ${MAX_NAME_CHARACTERS} characters, no slashes, no control characters`,
      },
    }),
    ApiProperty({ type: 'string', minLength: 1, maxLength: MAX_NAME_CHARACTERS }),
  );
}

function isName(value: string): boolean {
  return value.length <= MAX_NAME_CHARACTERS && isPathSegment(value);
}

/** Strings from a fixed set in a query, where a single value is not an array. */
export function IsQueryEnum(values: readonly string[]): PropertyDecorator {
  return applyDecorators(
    rules.IsIn(values, { each: true, message: `must be one of ${values.join(', ')}` }),
    ApiProperty({ type: 'string', enum: values, isArray: true }),
  );
}

/** A positive integer in a query. */
export function IsQueryInt(options: { default?: number } = {}): PropertyDecorator {
  return applyDecorators(
    rules.Matches(/^0*[1-9]\d{0,8}$/, { message: 'must be an integer of at least 1' }),
    ApiPropertyOptional({ ...options, type: 'integer' }),
  );
}

/** true or false in a query. */
export function IsQueryBoolean(): PropertyDecorator {
  return applyDecorators(
    rules.IsIn(['true', 'false'], { message: 'must be true or false' }),
    ApiPropertyOptional({ type: 'boolean' }),
  );
}
