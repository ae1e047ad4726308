import { getConnectorOptions, getConnectorVersionOptions } from '@connect-gateway/client/react-query';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { VersionPath } from '../connector-path';
import { VERSION_TABS } from '../router';
import { ProblemNote } from '../ui/problem';
import { Actions } from '../version/actions';
import { VersionBadges } from '../version/badges';
import { VersionControls } from '../version/controls';
import { Definitions } from '../version/definitions';
import { Difference } from '../version/difference';
import { Messages } from '../version/messages';
import { Triggers } from '../version/triggers';

const TO = '/o/$organisation/connectors/$connector/versions/$version';
const route = getRouteApi(TO);

/** One version: its messages, its parts, its difference to another one. */
export function VersionScreen() {
  const params = route.useParams();
  const { tab = 'messages' } = route.useSearch();
  const { organisation, connector: id } = params;
  const connectorPath = { organisation_id: organisation, connector_id: id };
  const path = { ...connectorPath, version: params.version };
  const { data: connector } = useQuery(getConnectorOptions({ path: connectorPath }));
  const { data: version, failureReason: error, isPending, refetch } = useQuery(getConnectorVersionOptions({ path }));
  return (
    <article>
      <nav aria-label="Breadcrumb" className="small">
        <Link to="/o/$organisation/connectors" params={{ organisation }}>
          Connectors
        </Link>{' '}
        /{' '}
        <Link to="/o/$organisation/connectors/$connector" params={{ organisation, connector: id }}>
          {connector?.name ?? 'Connector'}
        </Link>
      </nav>
      <ProblemNote error={error} onRetry={() => void refetch()} />
      {isPending && <p className="quiet">Loading…</p>}
      {version && (
        <>
          <title>{`${connector?.name ?? ''} ${version.name} · Connect`}</title>
          <div className="title">
            <h1>{version.name}</h1>
            <VersionBadges version={version} />
            <VersionControls path={path} version={version} />
          </div>
          {version.description && <p>{version.description}</p>}
          <nav aria-label="Parts of the version" className="tabs">
            {VERSION_TABS.map((name) => (
              <Link
                key={name}
                to={TO}
                params={params}
                search={(former) => ({ ...former, tab: name })}
                aria-current={tab === name ? 'page' : false}
                resetScroll={false}
              >
                {LABELS[name]}
              </Link>
            ))}
          </nav>
          <section aria-label={LABELS[tab]}>
            <Part path={path} />
          </section>
        </>
      )}
    </article>
  );
}

function Part({ path }: { readonly path: VersionPath }) {
  const params = route.useParams();
  const { tab = 'messages', from } = route.useSearch();
  const navigate = useNavigate();
  if (tab === 'actions') return <Actions path={path} />;
  if (tab === 'triggers') return <Triggers path={path} />;
  if (tab === 'definitions') return <Definitions path={path} />;
  if (tab === 'messages') return <Messages path={path} />;
  const onChoose = (chosen: string): void =>
    void navigate({ to: TO, params, search: { tab, ...(chosen && { from: chosen }) }, replace: true });
  return <Difference path={path} from={from} onChoose={onChoose} />;
}

const LABELS = {
  messages: 'Messages',
  actions: 'Actions',
  triggers: 'Triggers',
  definitions: 'Definitions',
  difference: 'Difference',
} as const;
