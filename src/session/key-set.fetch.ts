const PAUSE_MS = 2_000;

/** Keys that could not be had are not asked for again at once: any stranger's token may name one that is not known. */
export function pausing(fetchKeys: typeof globalThis.fetch): typeof globalThis.fetch {
  let retryAt = 0;
  return async (url, init) => {
    if (Date.now() < retryAt) throw new Error('the key set could not be had a moment ago');
    retryAt = Date.now() + PAUSE_MS;
    const answer = await fetchKeys(url, init);
    if (answer.ok) retryAt = 0;
    return answer;
  };
}
