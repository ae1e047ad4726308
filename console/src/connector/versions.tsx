import { createConnectorVersion, type ConnectorVersion, once } from '@connect-gateway/client';
import { listConnectorVersionsInfiniteOptions, nextPage } from '@connect-gateway/client/react-query';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ConnectorPath } from '../connector-path';
import { DialogButton } from '../ui/dialog';
import { Field } from '../ui/field';
import { GatewayForm } from '../ui/form';
import { More } from '../ui/more';
import { ProblemNote } from '../ui/problem';
import { Select } from '../ui/select';
import { VersionBadges } from '../version/badges';

/** The versions of a connector, and two ways to make another one. */
export function Versions({ path }: { readonly path: ConnectorPath }) {
  const list = useInfiniteQuery({
    ...listConnectorVersionsInfiniteOptions({ path, query: { first: 20 } }),
    initialPageParam: { path },
    getNextPageParam: nextPage,
  });
  const versions = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const params = { organisation: path.organisation_id, connector: path.connector_id };
  return (
    <section>
      <div className="title">
        <h2>Versions</h2>
        <NewVersion path={path} versions={versions} />
        <Link to="/o/$organisation/connectors/$connector/import" params={params} className="button">
          Import a version
        </Link>
      </div>
      <ProblemNote error={list.failureReason} onRetry={() => void list.refetch()} />
      {list.isSuccess && versions.length === 0 && <p className="quiet">No versions.</p>}
      <ul className="rows">
        {versions.map((version) => (
          <li key={version.id}>
            <div>
              <Link
                to="/o/$organisation/connectors/$connector/versions/$version"
                params={{ ...params, version: version.name }}
              >
                {version.name}
              </Link>
              {version.description && <p className="quiet small">{version.description}</p>}
            </div>
            <VersionBadges version={version} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

function NewVersion({
  path,
  versions,
}: {
  readonly path: ConnectorPath;
  readonly versions: readonly ConnectorVersion[];
}) {
  return (
    <DialogButton label="New version" title="New version">
      {(close) => (
        <GatewayForm
          submitLabel="Create"
          close={close}
          send={async ({ name = '', fromVersion = '' }) => {
            const body = { name, ...(fromVersion && { fromVersion }) };
            return once((headers) => createConnectorVersion({ path, body, headers }));
          }}
        >
          {(errors) => (
            <>
              <Field name="name" label="Name" hint="For example 2.0.0" autoFocus error={errors['name']} />
              <Select
                name="fromVersion"
                label="Copy of"
                options={[['', 'Nothing, start empty'], ...versions.map(({ name }) => name)]}
                error={errors['fromVersion']}
              />
            </>
          )}
        </GatewayForm>
      )}
    </DialogButton>
  );
}
