import { describe, expect, it } from 'vitest';
import { departuresOf } from './departures.js';
import {
  DiscriminatedUnion,
  IsInt,
  IsNameLike,
  IsNested,
  IsNestedArray,
  IsNullable,
  IsOptional,
  IsString,
  IsStringArray,
} from './validators.js';

class Answer {
  @IsString()
  text: string;
}

class Question {
  @IsString()
  id: string;

  @IsNullable()
  @IsNameLike(/^[0-9-]+$/, 'be a date')
  asked: string | null;

  @IsStringArray()
  tags: string[];

  @IsOptional()
  @IsNested(() => Answer)
  best?: Answer;

  @IsNestedArray(() => Answer)
  answers: Answer[];
}

class Round {
  @IsString()
  kind: string;

  @IsInt()
  radius: number;
}

class Shape {
  kind: string;
}
DiscriminatedUnion('kind', { round: Round })(Shape);

const question = { id: 'i', asked: null, tags: ['a'], answers: [{ text: 'x' }] };

describe('departuresOf', () => {
  it('lists nothing for a value as its class describes it', () => {
    expect([...departuresOf(Question, question)]).toEqual([]);
    expect([...departuresOf(Question, { ...question, best: { text: 'x' } })]).toEqual([]);
  });

  it('lists no members that the class does not know, at any depth', () => {
    const newer = { ...question, more: 1, answers: [{ text: 'x', more: 1 }] };
    expect([...departuresOf(Question, newer)]).toEqual([]);
  });

  it('lists members that are missing or wrong, once each', () => {
    expect([...departuresOf(Question, { asked: 'now', tags: [], answers: [] })]).toEqual(['id', 'asked']);
    expect([...departuresOf(Question, { id: 7, tags: [7], answers: 7 })]).toEqual(['id', 'asked', 'tags', 'answers']);
  });

  it('lists each wrong member of nested values without its place in a list', () => {
    const value = { ...question, best: {}, answers: [{ text: 'x' }, { text: 7 }, {}, { text: null }] };
    expect([...departuresOf(Question, value)]).toEqual(['best.text', 'answers[].text']);
  });

  it('lists lists with elements that are not objects, and objects that are none', () => {
    const value = { ...question, best: 'x', answers: [{ text: 7 }, 7, null] };
    expect([...departuresOf(Question, value)]).toEqual(['best', 'answers[].text', 'answers[]']);
  });

  it('lists the value itself, without a name, where it is no object', () => {
    for (const value of [null, 7, 'x', [question]]) expect([...departuresOf(Question, value)]).toEqual(['']);
  });

  it('goes by the variant that the discriminator names', () => {
    expect([...departuresOf(Shape, { kind: 'round', radius: 'x' })]).toEqual(['radius']);
    expect([...departuresOf(Shape, { kind: 'square', radius: 'x' })]).toEqual(['kind']);
  });

  it('does not take inherited members for those of the value', () => {
    expect([...departuresOf(Question, Object.create(question))]).toEqual(['id', 'asked', 'tags', 'answers']);
  });

  it('lists at most 100 members, plus those of the object that it looks at', () => {
    const names = Array.from({ length: 101 }, (_, i) => `m${i}`);
    const wide = (count: number): new () => object => {
      const Wide = class {};
      for (const name of names.slice(0, count)) IsString()(Wide.prototype, name);
      IsNested(() => Answer)(Wide.prototype, 'nested');
      return Wide;
    };
    expect(departuresOf(wide(99), { nested: {} }).has('nested.text')).toBe(true);
    expect(departuresOf(wide(100), { nested: {} }).has('nested.text')).toBe(false);
  });
});
