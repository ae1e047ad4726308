import {
  getVersionDifferenceOptions,
  listConnectorVersionsInfiniteOptions,
  nextPage,
} from '@connect-gateway/client/react-query';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { VersionPath } from '../connector-path';
import { More } from '../ui/more';
import { ProblemNote } from '../ui/problem';
import { Changes } from './changes';

/** The difference between this version and another one. */
export function Difference({
  path,
  from,
  onChoose,
}: {
  readonly path: VersionPath;
  readonly from: string | undefined;
  readonly onChoose: (from: string) => void;
}) {
  const { version, ...connectorPath } = path;
  const list = useInfiniteQuery({
    ...listConnectorVersionsInfiniteOptions({ path: connectorPath, query: { first: 50 } }),
    initialPageParam: { path: connectorPath },
    getNextPageParam: nextPage,
  });
  const others = list.data?.pages.flatMap(({ items }) => items.filter(({ name }) => name !== version)) ?? [];
  return (
    <>
      <div className="filter">
        <label>
          <span>Compare with</span>
          <select value={from ?? ''} onChange={({ target }) => onChoose(target.value)}>
            <option value="">Choose a version</option>
            {from !== undefined && !others.some(({ name }) => name === from) && <option>{from}</option>}
            {others.map(({ id, name }) => (
              <option key={id}>{name}</option>
            ))}
          </select>
        </label>
        <More list={list} />
      </div>
      <ProblemNote error={list.failureReason} onRetry={() => void list.refetch()} />
      {from !== undefined && <Compared path={path} from={from} />}
    </>
  );
}

function Compared({ path, from }: { readonly path: VersionPath; readonly from: string }) {
  const {
    data,
    failureReason: error,
    isPending,
    refetch,
  } = useQuery(getVersionDifferenceOptions({ path, query: { from } }));
  if (isPending) return <p className="quiet">Loading…</p>;
  if (data === undefined) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  return <Changes difference={data} from={data.from} to={data.to} />;
}
