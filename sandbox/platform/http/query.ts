import { invalid } from './api.error.js';

/**
 * Reads `force` of a query.
 * @throws ApiError 400 where it is neither true nor false
 */
export function isForced(query: URLSearchParams): boolean {
  const value = query.get('force') ?? 'false';
  if (value !== 'true' && value !== 'false') throw invalid({ field: 'force', message: 'must be true or false' });
  return value === 'true';
}

/** Whether a name holds what a query looks for, whatever the case. */
export function nameMatches(name: string, wanted: string | null): boolean {
  return wanted === null || name.toLowerCase().includes(wanted.toLowerCase());
}
