import { invalid } from '../http/api.error.js';
import { comparison, formatCursor, parseCursor, type Sortable, type SortColumn } from './cursor.js';

const DEFAULT_SIZE = 20;
const MAX_SIZE = 100;

/** A page of a list, with the cursors of its neighbours. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly info: { readonly totalCount: number; readonly next?: string; readonly prev?: string };
}

/**
 * Selects a page of a list by the query parameters `first`, `after` and `before`.
 * @throws ApiError 400 for an invalid query
 */
export function pageOf<T extends Sortable>(
  all: readonly T[],
  query: URLSearchParams,
  order: readonly SortColumn[],
): Page<T> {
  const compare = comparison(order);
  const sorted = all.toSorted(compare);
  const size = sizeOf(query);
  const [after, before] = [cursorOf(query, 'after'), cursorOf(query, 'before')];
  if (after && before) throw invalid({ field: 'before', message: 'must not be given with "after"' });
  if (before) {
    const end = countWhile(sorted, (item) => compare(item, before) < 0);
    return cut(sorted, Math.max(0, end - size), end);
  }
  const start = after ? countWhile(sorted, (item) => compare(item, after) <= 0) : 0;
  return cut(sorted, start, start + size);
}

function cursorOf(query: URLSearchParams, field: 'after' | 'before'): Sortable | undefined {
  const cursor = query.get(field);
  return cursor === null ? undefined : parseCursor(cursor, field);
}

function sizeOf(query: URLSearchParams): number {
  const first = query.get('first') ?? String(DEFAULT_SIZE);
  const size = Number(first);
  if (!/^\d+$/.test(first) || size < 1 || size > MAX_SIZE)
    throw invalid({ field: 'first', message: `must be an integer from 1 to ${MAX_SIZE}` });
  return size;
}

function countWhile<T>(items: readonly T[], holds: (item: T) => boolean): number {
  const index = items.findIndex((item) => !holds(item));
  return index === -1 ? items.length : index;
}

function cut<T extends Sortable>(sorted: readonly T[], start: number, end: number): Page<T> {
  const items = sorted.slice(start, end);
  const [first, last] = [items[0], items.at(-1)];
  return {
    items,
    info: {
      totalCount: sorted.length,
      ...(last && end < sorted.length && { next: formatCursor(last) }),
      ...(first && start > 0 && { prev: formatCursor(first) }),
    },
  };
}
