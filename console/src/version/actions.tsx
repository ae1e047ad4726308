import { createAction, deleteAction, getAction, once, type Action, updateAction } from '@connect-gateway/client';
import { getActionsInfiniteOptions, nextPage } from '@connect-gateway/client/react-query';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { VersionPath } from '../connector-path';
import { readBeforeSaving } from '../failure';
import { DialogButton } from '../ui/dialog';
import { More } from '../ui/more';
import { ProblemNote } from '../ui/problem';
import { DeleteButton } from './delete-button';
import { EndpointForm } from './endpoint-form';
import { EndpointRows } from './endpoint-rows';

/** The actions of a version. */
export function Actions({ path }: { readonly path: VersionPath }) {
  const list = useInfiniteQuery({
    ...getActionsInfiniteOptions({ path, query: { first: 20 } }),
    initialPageParam: { path },
    getNextPageParam: nextPage,
  });
  const actions = list.data?.pages.flatMap((page) => page.actions) ?? [];
  return (
    <>
      <DialogButton label="New action" title="New action">
        {(close) => (
          <EndpointForm
            opened={undefined}
            hasPath={true}
            check={async () => undefined}
            send={(body) => once((headers) => createAction({ path, body, headers }))}
            close={close}
          />
        )}
      </DialogButton>
      <ProblemNote error={list.failureReason} onRetry={() => void list.refetch()} />
      {list.isPending && <p className="quiet">Loading…</p>}
      {list.isSuccess && actions.length === 0 && <p className="quiet">No actions.</p>}
      <EndpointRows
        endpoints={actions}
        controls={(action) => (
          <>
            <DialogButton label="Edit" describedAs={`Edit ${action.name}`} title={`Edit ${action.name}`}>
              {(close) => <EditAction path={path} action={action} close={close} />}
            </DialogButton>
            <DeleteButton
              name={action.name}
              remove={() => deleteAction({ path: { ...path, action_name: action.name } })}
            >
              <p>The action is deleted from this version.</p>
            </DeleteButton>
          </>
        )}
      />
      <More list={list} />
    </>
  );
}

function EditAction({
  path,
  action,
  close,
}: {
  readonly path: VersionPath;
  readonly action: Action;
  readonly close: () => void;
}) {
  const [opened] = useState(action);
  const own = { ...path, action_name: opened.name };
  return (
    <EndpointForm
      opened={opened}
      hasPath={true}
      check={() => readBeforeSaving(opened, written, () => getAction({ path: own }))}
      send={(body) => updateAction({ path: own, body })}
      close={close}
    />
  );
}

/** The validation's errors change by themselves. */
function written({ errors: _errors, ...action }: Action): unknown {
  return action;
}
