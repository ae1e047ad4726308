import { createTrigger, deleteTrigger, getTrigger, once, type Trigger, updateTrigger } from '@connect-gateway/client';
import { getTriggersInfiniteOptions, nextPage } from '@connect-gateway/client/react-query';
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

/** The triggers of a version. */
export function Triggers({ path }: { readonly path: VersionPath }) {
  const list = useInfiniteQuery({
    ...getTriggersInfiniteOptions({ path, query: { first: 20 } }),
    initialPageParam: { path },
    getNextPageParam: nextPage,
  });
  const triggers = list.data?.pages.flatMap((page) => page.triggers) ?? [];
  return (
    <>
      <DialogButton label="New trigger" title="New trigger">
        {(close) => (
          <EndpointForm
            opened={undefined}
            hasPath={false}
            check={async () => undefined}
            send={(body) => once((headers) => createTrigger({ path, body, headers }))}
            close={close}
          />
        )}
      </DialogButton>
      <ProblemNote error={list.failureReason} onRetry={() => void list.refetch()} />
      {list.isPending && <p className="quiet">Loading…</p>}
      {list.isSuccess && triggers.length === 0 && <p className="quiet">No triggers.</p>}
      <EndpointRows
        endpoints={triggers}
        controls={(trigger) => (
          <>
            <DialogButton label="Edit" describedAs={`Edit ${trigger.name}`} title={`Edit ${trigger.name}`}>
              {(close) => <EditTrigger path={path} trigger={trigger} close={close} />}
            </DialogButton>
            <DeleteButton
              name={trigger.name}
              remove={() => deleteTrigger({ path: { ...path, trigger_name: trigger.name } })}
            >
              <p>The trigger is deleted from this version.</p>
            </DeleteButton>
          </>
        )}
      />
      <More list={list} />
    </>
  );
}

function EditTrigger({
  path,
  trigger,
  close,
}: {
  readonly path: VersionPath;
  readonly trigger: Trigger;
  readonly close: () => void;
}) {
  const [opened] = useState(trigger);
  const own = { ...path, trigger_name: opened.name };
  return (
    <EndpointForm
      opened={opened}
      hasPath={false}
      check={() => readBeforeSaving(opened, written, () => getTrigger({ path: own }))}
      send={(body) => updateTrigger({ path: own, body })}
      close={close}
    />
  );
}

/** The validation's errors change by themselves. */
function written({ errors: _errors, ...trigger }: Trigger): unknown {
  return trigger;
}
