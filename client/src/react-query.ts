import { ConnectionFailure, isProblem } from './failure.js';

export * from './generated/@tanstack/react-query.gen.js';

const RETRIES = 3;
const TEMPORARY = new Set([429, 502, 503, 504]);

/**
 * For `retry` of a QueryClient: retries temporary failures only, and shows other errors at once.
 * @example new QueryClient({ defaultOptions: { queries: { retry: retryTemporary } } });
 */
export function retryTemporary(failureCount: number, error: unknown): boolean {
  if (failureCount >= RETRIES) return false;
  if (error instanceof ConnectionFailure) return error.code !== 'aborted';
  return isProblem(error) && TEMPORARY.has(error.status);
}

/** For `getNextPageParam` of the `…InfiniteOptions`: the cursor of the next page of any list. */
export function nextPage(page: { readonly next?: string }): string | undefined {
  return page.next === '' ? undefined : page.next;
}
