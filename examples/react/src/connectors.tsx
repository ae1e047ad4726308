import { listConnectorsInfiniteOptions, nextPage } from '@connect-gateway/client/react-query';
import { useInfiniteQuery } from '@tanstack/react-query';
import { path } from './organisation';

/** The organisation's connectors, page by page. */
export function Connectors() {
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    ...listConnectorsInfiniteOptions({ path, query: { first: 5 } }),
    initialPageParam: { path },
    getNextPageParam: nextPage,
  });
  return (
    <section>
      {error !== null && <p role="alert">{error.message}</p>}
      <ul>{data?.pages.flatMap(({ connectors }) => connectors.map(({ id, name }) => <li key={id}>{name}</li>))}</ul>
      {hasNextPage && <button onClick={() => void fetchNextPage()}>More</button>}
    </section>
  );
}
