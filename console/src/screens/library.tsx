import { importPublicConnectorVersion, once } from '@connect-gateway/client';
import { listPublicConnectorsInfiniteOptions, nextPage } from '@connect-gateway/client/react-query';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ConnectorFilter } from '../connector-filter';
import { ConfirmButton } from '../ui/confirm';
import { More } from '../ui/more';
import { ProblemNote } from '../ui/problem';
import { queryOf } from './connectors';

const route = getRouteApi('/o/$organisation/library');

/** The public library, from which a version can be imported into the organisation. */
export function Library() {
  const { organisation } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const list = useInfiniteQuery({
    ...listPublicConnectorsInfiniteOptions({ query: queryOf(search) }),
    initialPageParam: {},
    getNextPageParam: nextPage,
  });
  const connectors = list.data?.pages.flatMap((page) => page.connectors) ?? [];
  return (
    <section>
      <title>Library · Connect</title>
      <h1>Library</h1>
      <ConnectorFilter
        filter={search}
        onChange={(next) =>
          void navigate({ to: '/o/$organisation/library', params: { organisation }, search: next, replace: true })
        }
      />
      <ProblemNote error={list.failureReason} onRetry={() => void list.refetch()} />
      {list.isPending && <p className="quiet">Loading…</p>}
      <ul className="cards">
        {connectors.map(({ id, name, versions }) => (
          <li key={id} className="card">
            <strong>{name}</strong>
            <div className="actions start">
              {versions
                .filter(({ publishedAt }) => publishedAt !== null)
                .map((version) => (
                  <ImportVersion
                    key={version.id}
                    organisation={organisation}
                    connector={id}
                    name={name}
                    version={version.name}
                  />
                ))}
            </div>
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

function ImportVersion({
  organisation,
  connector,
  name,
  version,
}: {
  readonly organisation: string;
  readonly connector: string;
  readonly name: string;
  readonly version: string;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const path = { organisation_id: organisation, connector_id: connector, version };
  return (
    <ConfirmButton
      label={`Import ${version}`}
      title={`Import ${name} ${version}`}
      act={async () => {
        const { data, error } = await once((headers) => importPublicConnectorVersion({ path, headers }));
        if (data === undefined) return { error };
        void queries.invalidateQueries();
        await navigate({ to: '/o/$organisation/connectors/$connector', params: { organisation, connector: data.id } });
        return {};
      }}
    >
      <p>The version becomes a draft of a connector of your organisation.</p>
    </ConfirmButton>
  );
}
