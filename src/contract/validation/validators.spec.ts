import { Controller } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { documentOf } from '../../../test/contract/document-of.js';
import { told } from '../../../test/contract/fault-messages.js';
import {
  IsAny,
  IsBoolean,
  IsEnum,
  IsEnumArray,
  IsInt,
  IsNameLike,
  IsNullable,
  IsObject,
  IsOptional,
  IsPathSegment,
  IsQueryBoolean,
  IsQueryEnum,
  IsQueryInt,
  IsString,
  IsStringArray,
  IsVersionName,
  MatchesPattern,
  RequiredUnless,
  Satisfies,
} from './validators.js';

/** A decorator, values that it accepts, and those that it rejects with a sentence. */
interface Rule {
  readonly decorate: () => PropertyDecorator;
  readonly accepts: readonly unknown[];
  readonly rejects: readonly (readonly [value: unknown, sentence: string])[];
  /** What the API document says about the member. */
  readonly schema?: object;
  /** Whether it says that the member may be left out; by default it may not. */
  readonly isOptional?: boolean;
  /** The type of the member in TypeScript, where the document takes it from there. */
  readonly type?: unknown;
}

const STRING = 'must be a string';
const ARRAY = 'must be an array';
const SEGMENT = 'must be one path segment: 1 to 1024 characters, not "." or "..", no slashes, no control characters';
const VERSION = 'must be a string that works as a path segment: 1 to 255 characters, no slashes, no control characters';
const RESERVED = 'must not be "latest" or "default": these names are reserved';
const WORDS = 'must be one of a, b';
const NAME = 'must consist of letters';
const LONGEST = 'n'.repeat(255);

const RULES: Record<string, Rule> = {
  IsString: {
    decorate: () => IsString(),
    accepts: ['', 'x'],
    rejects: [7, true, null, [], ['x'], {}].map((value) => [value, STRING] as const),
    schema: { type: 'string' },
  },
  'IsString with a format': {
    decorate: () => IsString('uri'),
    accepts: ['no uri'],
    rejects: [[7, STRING]],
    schema: { type: 'string', format: 'uri' },
  },
  IsStringArray: {
    decorate: IsStringArray,
    accepts: [[], [''], ['a', 'b']],
    rejects: [
      ['a', ARRAY],
      [{}, ARRAY],
      [{ length: 1 }, ARRAY],
      [[7], 'must be an array of strings'],
      [['a', null], 'must be an array of strings'],
    ],
    schema: { type: 'array', items: { type: 'string' } },
    type: Array,
  },
  MatchesPattern: {
    decorate: () => MatchesPattern(/^[a-z]+$/, 'consist of letters'),
    accepts: ['a', 'ab'],
    rejects: ['', 'A', 7, null, ['a']].map((value) => [value, NAME] as const),
    schema: { type: 'string', pattern: '^[a-z]+$' },
    type: String,
  },
  IsNameLike: {
    decorate: () => IsNameLike(/^[a-z]+$/, 'consist of letters'),
    accepts: ['a', LONGEST],
    rejects: [
      ['A', NAME],
      ['', NAME],
      [`${LONGEST}n`, 'must have at most 255 characters'],
    ],
    schema: { type: 'string', pattern: '^[a-z]+$', maxLength: 255 },
    type: String,
  },
  IsBoolean: {
    decorate: IsBoolean,
    accepts: [true, false],
    rejects: ['true', 1, 0, null].map((value) => [value, 'must be true or false'] as const),
    schema: { type: 'boolean' },
    type: Boolean,
  },
  IsInt: {
    decorate: IsInt,
    accepts: [0, -1, 7],
    rejects: [0.5, '7', null, true].map((value) => [value, 'must be an integer'] as const),
    schema: { type: 'integer' },
  },
  IsEnum: {
    decorate: () => IsEnum(['a', 'b']),
    accepts: ['a', 'b'],
    rejects: ['c', 'A', 7, null, ['a']].map((value) => [value, WORDS] as const),
    schema: { type: 'string', enum: ['a', 'b'] },
  },
  'IsEnum of one word': {
    decorate: () => IsEnum(['a']),
    accepts: ['a'],
    rejects: [['b', 'must be a']],
    schema: { type: 'string', enum: ['a'] },
  },
  IsEnumArray: {
    decorate: () => IsEnumArray(['a', 'b']),
    accepts: [[], ['a'], ['b', 'a', 'a']],
    rejects: [
      ['a', ARRAY],
      [['a', 'c'], 'must be an array of a, b'],
      [[['a']], 'must be an array of a, b'],
    ],
    schema: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
  },
  IsObject: {
    decorate: IsObject,
    accepts: [{}, { made: 'up' }],
    rejects: ['x', 7, null, [], [{}]].map((value) => [value, 'must be a JSON object'] as const),
    schema: { type: 'object', additionalProperties: true },
  },
  IsAny: {
    decorate: IsAny,
    accepts: [null, 7, 'x', [], {}],
    rejects: [],
    schema: { type: 'object', format: 'any' },
    type: Object,
  },
  IsPathSegment: {
    decorate: IsPathSegment,
    accepts: ['a', 'a b', 'x'.repeat(1_024)],
    rejects: ['', '..', 'a/b', 'x'.repeat(1_025), 7, null].map((value) => [value, SEGMENT] as const),
  },
  IsVersionName: {
    decorate: IsVersionName,
    accepts: ['1', '1.0.0-rc.1', 'Latest', LONGEST],
    rejects: [
      ...['latest', 'default'].map((value) => [value, RESERVED] as const),
      ...['', '..', 'a/b', `${LONGEST}n`, 7, null, ['1']].map((value) => [value, VERSION] as const),
    ],
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  IsQueryEnum: {
    decorate: () => IsQueryEnum(['a', 'b']),
    accepts: ['a', ['a', 'b'], []],
    rejects: ['c', ['a', 'c']].map((value) => [value, WORDS] as const),
    schema: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
  },
  IsQueryInt: {
    decorate: () => IsQueryInt({ default: 20 }),
    accepts: ['1', '9', '10', '007', '999999999', '0999999999'],
    rejects: ['', '0', '00', '-1', '1x', 'x1', '1.5', ' 1', '1000000000', 1, ['1']].map(
      (value) => [value, 'must be an integer of at least 1'] as const,
    ),
    schema: { type: 'integer', default: 20 },
    isOptional: true,
  },
  IsQueryBoolean: {
    decorate: IsQueryBoolean,
    accepts: ['true', 'false'],
    rejects: ['', 'True', '1', true, ['true']].map((value) => [value, 'must be true or false'] as const),
    schema: { type: 'boolean' },
    isOptional: true,
  },
};

/** A class with one member. */
function classOf({ decorate, type }: Rule, name = 'Thing'): new () => { member: unknown } {
  const Thing = { [name]: class {} }[name] as new () => { member: unknown };
  Reflect.defineMetadata('design:type', type ?? Object, Thing.prototype, 'member');
  decorate()(Thing.prototype, 'member');
  return Thing;
}

describe.each(Object.entries(RULES))('%s', (_, rule) => {
  it('accepts what it allows', () => {
    const dto = classOf(rule);
    for (const value of rule.accepts) expect([value, told(dto, { member: value })]).toEqual([value, []]);
  });

  it('rejects anything else with its sentence', () => {
    const dto = classOf(rule);
    for (const [value, sentence] of rule.rejects)
      expect([value, told(dto, { member: value })]).toEqual([value, [`member: ${sentence}`]]);
  });
});

it('the decorators describe their members in the API document', async () => {
  @Controller()
  class Things {}
  const rules = Object.entries(RULES).filter(([, { schema }]) => schema !== undefined);
  const classes = rules.map(([, rule], i) => classOf(rule, `Thing${i}`));
  const schemas = (await documentOf(Things, classes)).components?.schemas;
  rules.forEach(([name, { schema, isOptional = false }], i) =>
    expect([name, schemas?.[`Thing${i}`]]).toEqual([
      name,
      { type: 'object', properties: { member: schema }, ...(!isOptional && { required: ['member'] }) },
    ]),
  );
});

describe('a member', () => {
  it('may be left out but not be null when it is optional', () => {
    class Thing {
      @IsOptional()
      @IsString()
      member?: string;
    }
    expect(told(Thing, {})).toEqual([]);
    expect(told(Thing, { member: null })).toEqual([`member: ${STRING}`]);
  });

  it('may be null but not be left out when it is nullable', () => {
    class Thing {
      @IsNullable()
      @IsString()
      member: string | null;
    }
    expect(told(Thing, { member: null })).toEqual([]);
    expect(told(Thing, { member: 7 })).toEqual([`member: ${STRING}`]);
    expect(told(Thing, {})).toEqual([`member: is missing; it ${STRING}`]);
  });

  it('is required unless one of the others is present with a value', () => {
    class Thing {
      @IsString()
      @RequiredUnless('b', 'c')
      a?: string;

      @IsOptional()
      @IsString()
      b?: string;

      @IsOptional()
      @IsAny()
      c?: unknown;
    }
    const missing = 'a: is missing; it must be given unless b or c is';
    expect(told(Thing, {})).toEqual([missing]);
    expect(told(Thing, { c: null })).toEqual([missing]);
    expect(told(Thing, { a: null })).toEqual(['a: must be given unless b or c is']);
    for (const valid of [{ a: 'x' }, { b: 'x' }, { c: 0 }, { a: 'x', b: 'x' }]) expect(told(Thing, valid)).toEqual([]);
    expect(told(Thing, { a: 7, b: 'x' })).toEqual([`a: ${STRING}`]);
  });

  it('may be subject to a rule about the whole object', () => {
    class Thing {
      @Satisfies('not be empty together with b', ({ a, b }) => a !== '' || b !== '')
      @IsString()
      a: string;

      @IsString()
      b: string;
    }
    expect(told(Thing, { a: '', b: '' })).toEqual(['a: must not be empty together with b']);
    expect(told(Thing, { a: '', b: 'x' })).toEqual([]);
  });
});
