import type { Action, Trigger } from '@connect-gateway/client';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { type Failure, type Read, readBeforeSaving } from '../failure';
import { DialogButton } from '../ui/dialog';
import type { Outcome } from '../ui/form';
import { More } from '../ui/more';
import { ProblemNote } from '../ui/problem';
import { DeleteButton } from './delete-button';
import { EndpointForm } from './endpoint-form';

/** The operations on endpoints of a version, by name. */
export interface EndpointOperations<Endpoint> {
  readonly create: (body: Action & Trigger) => Promise<Outcome>;
  readonly read: (name: string) => Promise<Read<Endpoint>>;
  readonly update: (name: string, body: Action & Trigger) => Promise<Outcome>;
  readonly remove: (name: string) => Promise<Outcome>;
}

/** The endpoints of a version: its actions, which have a path, or its triggers, which have none. */
export function Endpoints<Endpoint extends Action | Trigger>({
  kind,
  list,
  endpoints,
  operations,
}: {
  readonly kind: 'action' | 'trigger';
  readonly list: UseInfiniteQueryResult<unknown, Failure>;
  readonly endpoints: readonly Endpoint[];
  readonly operations: EndpointOperations<Endpoint>;
}) {
  const hasPath = kind === 'action';
  return (
    <>
      <DialogButton label={`New ${kind}`} title={`New ${kind}`}>
        {(close) => (
          <EndpointForm
            opened={undefined}
            hasPath={hasPath}
            check={async () => undefined}
            send={operations.create}
            close={close}
          />
        )}
      </DialogButton>
      <ProblemNote error={list.failureReason} onRetry={() => void list.refetch()} />
      {list.isPending && <p className="quiet">Loading…</p>}
      {list.isSuccess && endpoints.length === 0 && <p className="quiet">No {kind}s.</p>}
      <ul className="rows">
        {endpoints.map((endpoint) => (
          <li key={endpoint.id}>
            <Summary endpoint={endpoint} />
            <div className="actions">
              <DialogButton label="Edit" describedAs={`Edit ${endpoint.name}`} title={`Edit ${endpoint.name}`}>
                {(close) => <Edit hasPath={hasPath} endpoint={endpoint} operations={operations} close={close} />}
              </DialogButton>
              <DeleteButton name={endpoint.name} remove={() => operations.remove(endpoint.name)}>
                <p>The {kind} is deleted from this version.</p>
              </DeleteButton>
            </div>
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

/** What an endpoint is, with its validation errors. */
function Summary({ endpoint }: { readonly endpoint: Action | Trigger }) {
  return (
    <div>
      <strong>{endpoint.name}</strong>{' '}
      <code>
        {endpoint.method} {'path' in endpoint ? endpoint.path : ''}
      </code>
      {endpoint.summary && <p className="quiet small">{endpoint.summary}</p>}
      {endpoint.errors?.map(({ field, message }) => (
        <p key={field + message} className="field-error">
          {field}: {message}
        </p>
      ))}
    </div>
  );
}

function Edit<Endpoint extends Action | Trigger>({
  hasPath,
  endpoint,
  operations,
  close,
}: {
  readonly hasPath: boolean;
  readonly endpoint: Endpoint;
  readonly operations: EndpointOperations<Endpoint>;
  readonly close: () => void;
}) {
  const [opened] = useState(endpoint);
  return (
    <EndpointForm
      opened={opened}
      hasPath={hasPath}
      check={() => readBeforeSaving(opened, written, () => operations.read(opened.name))}
      send={(body) => operations.update(opened.name, body)}
      close={close}
    />
  );
}

/** The validation's errors change by themselves. */
function written({ errors: _errors, ...endpoint }: Action | Trigger): unknown {
  return endpoint;
}
