import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { READ, REFUSED } from './cases.messages.js';
import { NO_SERVER, checked } from './document-messages.js';

const CASES = join(import.meta.dirname, 'cases');
const check = (file: string): ReturnType<typeof checked> => checked(readFileSync(join(CASES, file)));
const without = (lines: readonly string[]): string[] => lines.filter((line) => line !== NO_SERVER);

function planOf(file: string): NonNullable<ReturnType<typeof checked>['plan']> {
  const { plan } = check(file);
  if (plan === undefined) throw new Error(`${file} is refused`);
  return plan;
}

function actions(file: string): string[] {
  return planOf(file).actions.map(({ name, method, path }) => `${name}: ${method} ${path}`);
}

describe('D1: small files that break other tools', () => {
  it('are all listed with their messages', () => {
    expect(readdirSync(CASES).toSorted()).toEqual([...Object.keys(REFUSED), ...Object.keys(READ)].toSorted());
  });

  it.each(Object.entries(REFUSED))('%s is rejected, with the error, its location and a remedy', (file, said) => {
    const { told, plan } = check(file);
    expect(told).toEqual(said);
    expect(told[0]).toMatch(/^error: /);
    expect(plan).toBeUndefined();
  });

  it.each(Object.entries(READ))('%s is read, and omissions and changes are reported', (file, said) => {
    const { told, plan } = check(file);
    expect(without(told)).toEqual(said);
    expect(plan).toBeDefined();
  });
});

describe('D2: the plan of a document', () => {
  it('has the operations of a path item and of its $ref', () => {
    expect(actions('pathitem-ref-siblings.yaml')).toEqual(['listPets: GET /pets', 'addPet: POST /pets']);
    expect(planOf('pathitem-ref-parameters-30.yaml').actions[1]?.parameters).toEqual([
      'id: string in path, required',
      'part: string in path, required',
    ]);
  });

  it('has the base URL of its first server, with the default values of variables', () => {
    expect(planOf('servers-of-operations.yaml').connector.baseUrl).toBe('https://api.example.com/2.0');
    expect(planOf('server-variables.yaml').connector.baseUrl).toBe('https://your-company.example.com/v2');
  });

  it('has definitions for bodies without a schema', () => {
    expect(planOf('binary-without-schema.yaml').definitions.map(({ accept }) => accept)).toEqual([
      ['application/octet-stream'],
      ['image/png'],
      ['application/json'],
    ]);
  });

  it('derives parameter types from alternatives, enums and constants', () => {
    expect(planOf('fastapi-optional.yaml').actions[0]?.parameters).toEqual([
      'active: boolean in query',
      'limit: integer in query',
      'sort: integer in query',
      'tags: string in query',
    ]);
    expect(planOf('31-types-null.yaml').actions[0]?.parameters).toEqual([
      'e: integer in query',
      'q: integer in query',
      't: string in query',
    ]);
  });

  it('D3: has names that do not depend on other operations', () => {
    expect(actions('cleaned-id-takes-anothers-name.yaml')).toEqual([
      'pets_list_get_new: GET /new',
      'pets_list: GET /old',
    ]);
    expect(actions('unicode-ids.yaml').map((line) => line.replace(/:.*/, ''))).toEqual([
      'HuoQuDingDan',
      'ChuangJianDingDan',
      'grosseLesen',
      'Spisok_polzovateley',
    ]);
    expect(new Set(actions('opid-collide-after-cleaning.yaml')).size).toBe(8);
  });
});
