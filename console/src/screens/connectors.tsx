import { createHTTPConnector, once } from '@connect-gateway/client';
import { listConnectorsInfiniteOptions, nextPage } from '@connect-gateway/client/react-query';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ConnectorFilter, type Filter } from '../connector-filter';
import { counted } from '../ui/counted';
import { DialogButton } from '../ui/dialog';
import { Field } from '../ui/field';
import { GatewayForm } from '../ui/form';
import { More } from '../ui/more';
import { ProblemNote } from '../ui/problem';

const route = getRouteApi('/o/$organisation/connectors');

/** The organisation's connectors. */
export function Connectors() {
  const { organisation } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const path = { organisation_id: organisation };
  const list = useInfiniteQuery({
    ...listConnectorsInfiniteOptions({ path, query: queryOf(search) }),
    initialPageParam: { path },
    getNextPageParam: nextPage,
  });
  const connectors = list.data?.pages.flatMap((page) => page.connectors) ?? [];
  return (
    <section>
      <title>Connectors · Connect</title>
      <div className="title">
        <h1>Connectors</h1>
        <NewConnector organisation={organisation} />
      </div>
      <ConnectorFilter
        filter={search}
        onChange={(next) =>
          void navigate({ to: '/o/$organisation/connectors', params: { organisation }, search: next, replace: true })
        }
      />
      <ProblemNote error={list.failureReason} onRetry={() => void list.refetch()} />
      {list.isPending && <p className="quiet">Loading…</p>}
      {list.isSuccess && connectors.length === 0 && <p className="quiet">No connectors found.</p>}
      <ul className="cards">
        {connectors.map(({ id, name, protocol, versions, updatedAt }) => (
          <li key={id}>
            <Link to="/o/$organisation/connectors/$connector" params={{ organisation, connector: id }} className="card">
              <strong>{name}</strong>
              <span className="quiet">
                {protocol.toUpperCase()} · {counted(versions.length, 'version')} · changed{' '}
                {new Date(updatedAt).toLocaleDateString()}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

function NewConnector({ organisation }: { readonly organisation: string }) {
  const navigate = useNavigate();
  const path = { organisation_id: organisation };
  return (
    <DialogButton label="New connector" title="New connector" isPrimary>
      {(close) => (
        <GatewayForm
          submitLabel="Create"
          close={close}
          send={async ({ name = '', baseUrl = '' }) => {
            const body = { name, baseUrl, authSchemeConfigs: [] };
            const { data, error } = await once((headers) => createHTTPConnector({ path, body, headers }));
            if (data === undefined) return { error };
            await navigate({
              to: '/o/$organisation/connectors/$connector',
              params: { organisation, connector: data.id },
            });
            return {};
          }}
        >
          {(errors) => (
            <>
              <Field name="name" label="Name" autoFocus error={errors['name']} />
              <Field name="baseUrl" label="Base URL" hint="https://api.example.com/v1" error={errors['baseUrl']} />
            </>
          )}
        </GatewayForm>
      )}
    </DialogButton>
  );
}

/** The filters as the platform takes them. */
export function queryOf({ name, category }: Filter): { first: number; name?: string; categories?: never[] } {
  return { first: 20, ...(name && { name }), ...(category && { categories: [category as never] }) };
}
