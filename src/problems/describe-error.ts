/**
 * What a log may say about an error: names, codes and messages down the chain of causes, and nothing that libraries
 * hang on to their errors, such as the request that failed with its headers or the callback with its code.
 */
export function describeError(error: unknown): { reason: string } {
  const reasons: string[] = [];
  for (let at = error; at instanceof Error && reasons.length < 5; at = at.cause) {
    const { code } = at as { code?: unknown };
    reasons.push(`${at.name}: ${at.message}${typeof code === 'string' ? ` (${code})` : ''}`);
  }
  return { reason: reasons.join(' <- ') || 'unknown' };
}
