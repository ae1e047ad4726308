import { Validator } from 'class-validator';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { HTTPConnectorCreate } from '../dto/connector-create.dto.js';
import { ConnectorVersionCreate } from '../dto/connector-version.dto.js';
import { check, faultsOf } from './faults.js';
import type { Problem } from '../../http/problem.js';

/** What class-validator's functions of that name call. */
const validateSync = vi.spyOn(Validator.prototype, 'validateSync');
afterAll(() => validateSync.mockRestore());

const none = { id: 'c', description: 'd', schemeType: 'none' };
const connector = (authSchemeConfigs: unknown[], more: object = {}) => ({
  name: 'n',
  baseUrl: 'b',
  authSchemeConfigs,
  ...more,
});
const times = (count: number, value: unknown): unknown[] => Array.from({ length: count }, () => value);
const members = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, i]));

const HOSTILE: [string, object][] = [
  ['empty objects', connector(times(400_000, {}))],
  ['numbers where objects are expected', connector(times(400_000, 7))],
  ['lists where objects are expected', connector(times(400_000, []))],
  ['unknown members', connector([], members(100_000))],
  ['unknown members in each of many objects', connector(times(20_000, { ...none, ...members(4) }))],
];

/** The problem for a rejected value. */
function refusal(value: unknown): Problem {
  try {
    check(HTTPConnectorCreate, value, 'closed');
  } catch (error) {
    return error as Problem;
  }
  throw new Error('it was accepted');
}

describe('H2: the errors of one request', () => {
  it.each(HOSTILE)('are limited to 100 in the list and 10,000 in the count: %s', (_, value) => {
    validateSync.mockClear();
    const { fields, unlisted, isIncomplete } = faultsOf(HTTPConnectorCreate, value, 'closed');
    expect([fields.length, unlisted, isIncomplete]).toEqual([100, 9_900, true]);
    expect(validateSync.mock.calls.length).toBeLessThanOrEqual(100);
    const problem = refusal(value);
    expect(problem.message).toMatch(/, and at least 9999 more\.$/);
    const body = JSON.stringify(problem.toBody({ requestId: 'r', path: '/' }));
    expect(body.length).toBeLessThan(32_768);
  });

  it.each([99, 100, 101, 5_000])('are counted exactly below the limit: %i', (count) => {
    const { fields, unlisted, isIncomplete } = faultsOf(HTTPConnectorCreate, connector(times(count, 7)), 'closed');
    expect([fields.length, unlisted, isIncomplete]).toEqual([Math.min(count, 100), Math.max(0, count - 100), false]);
    expect(refusal(connector(times(count, 7))).message).toContain(`, and ${count - 1} more.`);
  });

  it('H1: do not make class-validator visit valid objects', () => {
    validateSync.mockClear();
    const { fields } = faultsOf(HTTPConnectorCreate, connector([...times(40_000, none), {}]), 'closed');
    expect(fields.map(({ field }) => field)).toEqual(['authSchemeConfigs[40000].schemeType']);
    expect(validateSync).toHaveBeenCalledTimes(1);
  });

  it('quote at most 100 characters of a name', () => {
    const { fields } = faultsOf(ConnectorVersionCreate, { name: '1', ['n'.repeat(4_000_000)]: 1 }, 'closed');
    expect(fields[0]?.field).toBe(`${'n'.repeat(100)}…`);
  });

  it('are reported once', () => {
    const body = JSON.stringify(refusal(connector([7])).toBody({ requestId: 'r', path: '/' }));
    expect(body.split('authSchemeConfigs[0] must be a JSON object').length - 1).toBe(3);
    expect(body.split('authSchemeConfigs[0]').length - 1).toBe(4);
  });
});
