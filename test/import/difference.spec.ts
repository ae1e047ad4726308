import { assert, constant, constantFrom, property, record, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../src/import/openapi/difference.js';
import { type Outline, outlineOf } from '../../src/import/openapi/outline.js';

const GET: Outline = {
  name: 'getPet',
  method: 'GET',
  path: '/pets/{{ param.id }}',
  parameters: [],
  responses: ['200: Pet'],
};
const LIST: Outline = { name: 'listPets', method: 'GET', path: '/pets', parameters: [], responses: ['200: Pets'] };
const named = ({ name, method, path }: Outline): object => ({ name, method, path });

describe('The difference between two versions', () => {
  it('is nothing for the same actions in another order', () => {
    expect(differenceOf([GET, LIST], [LIST, GET])).toEqual({ added: [], removed: [], changed: [], unchanged: 2 });
  });

  it('names what is new, what is gone and what has changed', () => {
    const changed = { ...GET, parameters: ['id: string in path, required'], summary: 'Get a pet' };
    const add = { ...LIST, name: 'addPet', method: 'POST' };
    expect(differenceOf([GET, LIST], [changed, add])).toEqual({
      added: [named(add)],
      removed: [named(LIST)],
      changed: [{ ...named(GET), changes: ['parameters', 'summary'] }],
      unchanged: 0,
    });
  });

  it('knows an action again that has another name', () => {
    const renamed = { ...GET, name: 'fetchPet' };
    expect(differenceOf([GET], [renamed]).changed).toEqual([
      { ...named(renamed), changes: ['name'], formerName: 'getPet' },
    ]);
  });

  it('takes a name for more than a target: an action that moved is changed, and its former place is free', () => {
    const moved = { ...GET, path: '/animals/{{ param.id }}' };
    const heir = { ...GET, name: 'getPetNow' };
    expect(differenceOf([GET], [moved, heir])).toEqual({
      added: [named(heir)],
      removed: [],
      changed: [{ ...named(moved), changes: ['path'] }],
      unchanged: 0,
    });
  });

  it('accounts for every action once, whatever the versions are', () => {
    const action = record({
      name: constantFrom('a', 'b', 'c', 'd', 'e'),
      method: constantFrom('GET', 'POST'),
      path: constantFrom('/1', '/2', '/3'),
      parameters: constantFrom<string[][]>([], ['x: string in query']),
      responses: constant<string[]>([]),
    });
    const version = uniqueArray(action, { selector: ({ name }) => name });
    assert(
      property(version, version, (before, after) => {
        const { added, removed, changed, unchanged } = differenceOf(before, after);
        expect(added.length + changed.length + unchanged).toBe(after.length);
        expect(removed.length + changed.length + unchanged).toBe(before.length);
        expect(differenceOf(before, before)).toEqual({ added: [], removed: [], changed: [], unchanged: before.length });
      }),
    );
  });
});

describe('The outline of an action', () => {
  it('is the same in whatever order things are listed, and whether the action exists or is to be created', () => {
    const pet = { definition: { name: 'Pet' } };
    const fault = { definition: { name: 'Fault' } };
    const id = { name: 'id', in: 'path', type: 'string', required: true };
    const page = { name: 'page', in: 'query', type: 'integer', required: false };
    const planned = {
      name: 'put',
      method: 'PUT',
      path: '/pets',
      parameters: [id, page],
      requestBody: { required: true, definitions: [pet, fault] },
      responses: [{ status: 200, definitions: [pet] }, { definitions: [] }],
    };
    const existing = {
      ...planned,
      parameters: [page, id],
      requestBody: { required: true, definitions: [fault, pet] },
      responses: planned.responses.toReversed(),
    };
    expect(outlineOf(existing)).toEqual(outlineOf(planned));
    expect(outlineOf(planned)).toEqual({
      name: 'put',
      method: 'PUT',
      path: '/pets',
      parameters: ['id: string in path, required', 'page: integer in query'],
      requestBody: 'Fault or Pet, required',
      responses: ['200: Pet', 'default: no body'],
    });
  });
});
