import { createTrigger, deleteTrigger, getTrigger, once, updateTrigger } from '@connect-gateway/client';
import { getTriggersInfiniteOptions, nextPage } from '@connect-gateway/client/react-query';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { VersionPath } from '../connector-path';
import { Endpoints } from './endpoints';

/** The triggers of a version. */
export function Triggers({ path }: { readonly path: VersionPath }) {
  const list = useInfiniteQuery({
    ...getTriggersInfiniteOptions({ path, query: { first: 20 } }),
    initialPageParam: { path },
    getNextPageParam: nextPage,
  });
  return (
    <Endpoints
      kind="trigger"
      list={list}
      endpoints={list.data?.pages.flatMap((page) => page.triggers) ?? []}
      operations={{
        create: (body) => once((headers) => createTrigger({ path, body, headers })),
        read: (trigger_name) => getTrigger({ path: { ...path, trigger_name } }),
        update: (trigger_name, body) => updateTrigger({ path: { ...path, trigger_name }, body }),
        remove: (trigger_name) => deleteTrigger({ path: { ...path, trigger_name } }),
      }}
    />
  );
}
