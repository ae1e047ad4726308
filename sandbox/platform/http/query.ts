import { invalid } from './api.error.js';

/**
 * Reads the query parameter `force`.
 * @throws ApiError 400 if it is neither true nor false
 */
export function isForced(query: URLSearchParams): boolean {
  const value = query.get('force') ?? 'false';
  if (value !== 'true' && value !== 'false') throw invalid({ field: 'force', message: 'must be true or false' });
  return value === 'true';
}

/** Whether a name contains the search text, ignoring case. */
export function nameMatches(name: string, wanted: string | null): boolean {
  return wanted === null || name.toLowerCase().includes(wanted.toLowerCase());
}
