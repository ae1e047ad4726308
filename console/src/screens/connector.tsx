import { deleteConnector, type Connector } from '@connect-gateway/client';
import {
  getConnectorOptions,
  listConnectorConnectionsInfiniteOptions,
  nextPage,
} from '@connect-gateway/client/react-query';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ConnectorPath } from '../connector-path';
import { EditConnector } from '../connector/edit';
import { Versions } from '../connector/versions';
import { ConfirmButton } from '../ui/confirm';
import { More } from '../ui/more';
import { ProblemNote } from '../ui/problem';

const route = getRouteApi('/o/$organisation/connectors/$connector');

/** One connector: its versions, connections and authentication schemes. */
export function ConnectorScreen() {
  const { organisation, connector: id } = route.useParams();
  const path = { organisation_id: organisation, connector_id: id };
  const { data: connector, failureReason: error, isPending, refetch } = useQuery(getConnectorOptions({ path }));
  return (
    <article>
      <nav aria-label="Breadcrumb" className="small">
        <Link to="/o/$organisation/connectors" params={{ organisation }}>
          Connectors
        </Link>
      </nav>
      <ProblemNote error={error} onRetry={() => void refetch()} />
      {isPending && <p className="quiet">Loading…</p>}
      {connector && (
        <>
          <title>{`${connector.name} · Connect`}</title>
          <div className="title">
            <h1>{connector.name}</h1>
            <EditConnector path={path} connector={connector} />
            <DeleteConnector path={path} connector={connector} />
          </div>
          <p className="quiet">
            {connector.protocol.toUpperCase()} ·{' '}
            {connector.protocol === 'http' ? connector.baseUrl : connector.datasetId}
          </p>
          <Versions path={path} />
          <Connections path={path} />
          <AuthSchemes connector={connector} />
        </>
      )}
    </article>
  );
}

function DeleteConnector({ path, connector }: { readonly path: ConnectorPath; readonly connector: Connector }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <ConfirmButton
      label="Delete"
      title={`Delete ${connector.name}`}
      isDangerous
      act={async () => {
        const { error } = await deleteConnector({ path });
        if (error !== undefined) return { error };
        await navigate({ to: '/o/$organisation/connectors', params: { organisation: path.organisation_id } });
        void queries.invalidateQueries();
        return {};
      }}
    >
      <p>The connector is deleted with all its versions. This cannot be undone.</p>
    </ConfirmButton>
  );
}

function Connections({ path }: { readonly path: ConnectorPath }) {
  const list = useInfiniteQuery({
    ...listConnectorConnectionsInfiniteOptions({ path, query: { first: 20 } }),
    initialPageParam: { path },
    getNextPageParam: nextPage,
  });
  const connections = list.data?.pages.flatMap(({ items = [] }) => items) ?? [];
  return (
    <section>
      <h2>Connections</h2>
      <ProblemNote error={list.failureReason} onRetry={() => void list.refetch()} />
      {list.isSuccess && connections.length === 0 && <p className="quiet">No connections.</p>}
      <ul className="rows">
        {connections.map(({ id, name, createdAt }) => (
          <li key={id}>
            <strong>{name}</strong>
            <span className="quiet small">Created {new Date(createdAt).toLocaleDateString()}</span>
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

function AuthSchemes({ connector: { authSchemeConfigs } }: { readonly connector: Connector }) {
  return (
    <section>
      <h2>Authentication schemes</h2>
      {authSchemeConfigs.length === 0 && <p className="quiet">No authentication schemes.</p>}
      <ul className="rows">
        {authSchemeConfigs.map(({ id, schemeType, description, validationMessages = [] }) => (
          <li key={id}>
            <div>
              <strong>{description || schemeType}</strong>
              {validationMessages.map(({ text }) => (
                <p key={text} className="field-error">
                  {text}
                </p>
              ))}
            </div>
            <span className="badge">{schemeType}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
