import { Controller } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { documentOf } from '../../../test/contract/document-of.js';
import { told } from '../../../test/contract/fault-messages.js';
import { allUnions, classOf, type Dto, isUnion } from './metadata.js';
import { DiscriminatedUnion, IsInt, IsNested, IsNestedArray, IsNestedBy, IsOptional, IsString } from './validators.js';

const OBJECT = 'must be a JSON object';

/** Classes that contain each other, declared anew. */
function declare() {
  class Leaf {
    @IsString()
    text: string;
  }
  class Count {
    @IsInt()
    count: number;
  }
  class Tree {
    @IsNested(() => Leaf)
    leaf: Leaf;

    @IsOptional()
    @IsNestedArray(() => Leaf)
    leaves?: Leaf[];
  }
  class Tagged {
    @IsString()
    kind: string;

    @IsNestedBy('kind', { leaf: Leaf, count: Count })
    data: Leaf | Count;
  }
  class Round {
    @IsInt()
    radius: number;
  }
  class Square {
    @IsInt()
    side: number;
  }
  class Shape {
    kind: string;
  }
  for (const variant of [Round, Square]) IsString()(variant.prototype, 'kind');
  DiscriminatedUnion('kind', { round: Round, square: Square })(Shape);
  return { Leaf, Count, Tree, Tagged, Round, Square, Shape };
}

describe('a nested object', () => {
  const { Tree } = declare();
  const leaf = { text: 'x' };

  it('is checked by its class', () => {
    expect(told(Tree, { leaf })).toEqual([]);
    expect(told(Tree, { leaf: { text: 7, more: 1 } })).toEqual([
      'leaf.more: is not known here; leave it out (known: text)',
      'leaf.text: must be a string',
    ]);
  });

  it.each([[null], ['x'], [7], [[]], [[leaf]]])('must be an object, and not %j', (value) => {
    expect(told(declare().Tree, { leaf: value })).toEqual([`leaf: ${OBJECT}`]);
  });

  it('is checked in lists, element by element', () => {
    const dto: Dto = declare().Tree;
    expect(told(dto, { leaf, leaves: [] })).toEqual([]);
    expect(told(dto, { leaf, leaves: [leaf, 7, {}, [leaf]] })).toEqual([
      `leaves[1]: ${OBJECT}`,
      'leaves[2].text: is missing; it must be a string',
      `leaves[3]: ${OBJECT}`,
    ]);
    for (const value of [leaf, 'x', null])
      expect(told(dto, { leaf, leaves: value })).toEqual(['leaves: must be an array']);
  });
});

describe('an object whose class depends on a sibling', () => {
  it('is checked by the class that the sibling names', () => {
    const { Tagged } = declare();
    expect(told(Tagged, { kind: 'leaf', data: { text: 'x' } })).toEqual([]);
    expect(told(Tagged, { kind: 'count', data: { count: 1 } })).toEqual([]);
    expect(told(Tagged, { kind: 'count', data: { count: 'x' } })).toEqual(['data.count: must be an integer']);
  });

  it.each(['other', 'toString', '__proto__'])('may have any members where the sibling is %j', (kind) => {
    const { Tagged } = declare();
    expect(told(Tagged, { kind, data: { count: 'x', made: 'up' } })).toEqual([]);
    expect(told(Tagged, { kind, data: 'x' })).toEqual([`data: ${OBJECT}`]);
  });

  it('is not looked into where the sibling is no string', () => {
    expect(told(declare().Tagged, { kind: ['leaf'], data: { count: 'x' } })).toEqual(['kind: must be a string']);
  });
});

describe('a union', () => {
  it('is checked by the variant that the discriminator names', () => {
    const { Shape } = declare();
    expect(told(Shape, { kind: 'round', radius: 1 })).toEqual([]);
    expect(told(Shape, { kind: 'square', radius: 1 })).toEqual([
      'radius: is not known here; leave it out (known: side, kind)',
      'side: is missing; it must be an integer',
    ]);
  });

  it.each([undefined, null, 'other', 'toString', ['round'], 7])('needs a discriminator, and not %j', (kind) => {
    const faults = told(declare().Shape, { kind, radius: 'x' });
    expect(faults).toEqual(['kind: must be one of round, square']);
  });

  it('is known as one, with its variants', () => {
    const { Shape, Round, Square } = declare();
    expect([Shape, Round].map((dto) => isUnion(dto))).toEqual([true, false]);
    expect(allUnions().get(Shape)).toEqual({ discriminator: 'kind', variants: { round: Round, square: Square } });
    expect([{ kind: 'square' }, { kind: 'other' }, {}].map((value) => classOf(Shape, value))).toEqual([
      Square,
      Shape,
      Shape,
    ]);
  });
});

describe('a class that extends another one', () => {
  it('has the nested classes of both, and its own where both have one', () => {
    const { Tree, Count } = declare();
    class Bush extends Tree {
      @IsNested(() => Count)
      declare leaf: never;
    }
    expect(told(Bush, { leaf: { count: 1 }, leaves: [{ text: 7 }] })).toEqual(['leaves[0].text: must be a string']);
    expect(told(Bush, { leaf: { text: 'x' } })).toContain('leaf.count: is missing; it must be an integer');
  });
});

describe('the API document', () => {
  it('describes nested classes', async () => {
    @Controller()
    class Things {}
    const { Tree, Tagged, Shape } = declare();
    const schemas = (await documentOf(Things, [Tree, Tagged, Shape])).components?.schemas;
    const [leaf, count] = ['Leaf', 'Count'].map((name) => ({ $ref: `#/components/schemas/${name}` }));
    expect(schemas).toMatchObject({
      Leaf: { properties: { text: { type: 'string' } } },
      Count: { properties: { count: { type: 'integer' } } },
      Tree: { properties: { leaf, leaves: { type: 'array' } }, required: ['leaf', 'leaves'] },
      Tagged: { properties: { kind: { type: 'string' }, data: { anyOf: [leaf, count, { type: 'object' }] } } },
      Shape: { properties: { kind: { type: 'string', enum: ['round', 'square'] } } },
    });
  });
});
