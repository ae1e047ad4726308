/** An operation of this client that returns a page of a list. */
type Listing = (options: never) => Promise<{ readonly data?: { readonly next?: string } | undefined }>;

type OptionsOf<List extends Listing> = Parameters<List>[0];
type PageOf<List extends Listing> = NonNullable<Awaited<ReturnType<List>>['data']>;

/** The same operation with the options and the result that are used here. */
type AnyListing = (options: object) => Promise<{ data?: { next?: string }; error?: unknown }>;

/**
 * The pages of a list, one after the other, each fetched on demand.
 * @throws the `error` of the page that could not be fetched
 * @example for await (const { connectors } of pages(listConnectors, { path })) show(connectors);
 */
export async function* pages<List extends Listing>(
  list: List,
  options: OptionsOf<List>,
): AsyncGenerator<PageOf<List>, void, undefined> {
  const { query, ...others } = options as { query?: { after?: string } };
  let after = query?.after;
  do {
    const { data, error } = await (list as unknown as AnyListing)({ ...others, query: { ...query, after } });
    if (data === undefined || error !== undefined) throw error;
    yield data as PageOf<List>;
    after = data.next;
  } while (after !== undefined && after !== '');
}
