import { invalid } from '../http/api.error.js';

/** A column to order by. */
export interface SortColumn {
  readonly column: 'id' | 'name' | 'createdAt' | 'updatedAt';
  readonly direction: 'asc' | 'desc';
}

/** The columns of a sortable item. */
export type Sortable = { readonly [C in SortColumn['column']]: string };

const COLUMNS: readonly string[] = ['id', 'name', 'createdAt', 'updatedAt'] satisfies SortColumn['column'][];

/** Most recently updated first. */
export const BY_UPDATE: readonly SortColumn[] = [{ column: 'updatedAt', direction: 'desc' }];

/** In alphabetical order. */
export const BY_NAME: readonly SortColumn[] = [{ column: 'name', direction: 'asc' }];

/**
 * Reads an order such as `name:asc,id:desc`.
 * @throws ApiError 400 for an unknown column or direction
 */
export function parseSort(sort: string): readonly SortColumn[] {
  return sort.split(',').map((part) => {
    const [column = '', direction = '', ...rest] = part.split(':');
    if (!COLUMNS.includes(column) || !['asc', 'desc'].includes(direction) || rest.length > 0)
      throw invalid({
        field: 'sort',
        message: `must be such as "name:asc,id:desc", of the columns ${COLUMNS.join(', ')}`,
      });
    return { column, direction } as SortColumn;
  });
}

/** Compares in the given order; ties are broken by id. */
export function comparison(order: readonly SortColumn[]): (a: Sortable, b: Sortable) => number {
  const columns: readonly SortColumn[] = [...order, { column: 'id', direction: order[0]?.direction ?? 'asc' }];
  return (a, b) => {
    for (const { column, direction } of columns)
      if (a[column] !== b[column]) return a[column] < b[column] === (direction === 'asc') ? -1 : 1;
    return 0;
  };
}

/** The position of an item in a list, opaque to callers: the item's columns at that time. */
export function formatCursor({ id, name, createdAt, updatedAt }: Sortable): string {
  return Buffer.from(JSON.stringify([id, name, createdAt, updatedAt])).toString('base64url');
}

/**
 * Parses the result of `formatCursor`.
 * @throws ApiError 400 for anything else
 */
export function parseCursor(cursor: string, field: string): Sortable {
  const broken = invalid({ field, message: 'must be the "next" or "prev" of another page' });
  let columns: unknown;
  try {
    columns = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw broken;
  }
  if (!Array.isArray(columns) || columns.length !== 4 || columns.some((column) => typeof column !== 'string'))
    throw broken;
  const [id, name, createdAt, updatedAt] = columns as [string, string, string, string];
  return { id, name, createdAt, updatedAt };
}
