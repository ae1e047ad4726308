import { describe, expect, it } from 'vitest';
import { ByteBudget } from './byte.budget.js';

const refusal = (act: () => void): unknown => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('H4: a budget of bytes', () => {
  it('limits each person to a share, and all persons to the total', () => {
    const budget = new ByteBudget({ total: 100, perPerson: 40 });
    const ann = [budget.open('ann'), budget.open('ann')];
    expect(ann.map((account) => refusal(() => account.take(20)))).toEqual([undefined, undefined]);
    expect(refusal(() => ann[0]?.take(1))).toBe('too_many_bytes');
    expect(refusal(() => budget.open('bob').take(40))).toBeUndefined();
    expect(refusal(() => budget.open('cem').take(21))).toBe('gateway_busy');
    expect(refusal(() => budget.open('cem').take(20))).toBeUndefined();
    expect(budget.held).toBe(100);
    ann[0]?.close();
    ann[0]?.close();
    expect(budget.held).toBe(80);
    expect(refusal(() => budget.open('ann').take(20))).toBeUndefined();
  });
});
