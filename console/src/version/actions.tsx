import { createAction, deleteAction, getAction, once, updateAction } from '@connect-gateway/client';
import { getActionsInfiniteOptions, nextPage } from '@connect-gateway/client/react-query';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { VersionPath } from '../connector-path';
import { Endpoints } from './endpoints';

/** The actions of a version. */
export function Actions({ path }: { readonly path: VersionPath }) {
  const list = useInfiniteQuery({
    ...getActionsInfiniteOptions({ path, query: { first: 20 } }),
    initialPageParam: { path },
    getNextPageParam: nextPage,
  });
  return (
    <Endpoints
      kind="action"
      list={list}
      endpoints={list.data?.pages.flatMap((page) => page.actions) ?? []}
      operations={{
        create: (body) => once((headers) => createAction({ path, body, headers })),
        read: (action_name) => getAction({ path: { ...path, action_name } }),
        update: (action_name, body) => updateAction({ path: { ...path, action_name }, body }),
        remove: (action_name) => deleteAction({ path: { ...path, action_name } }),
      }}
    />
  );
}
