import type { Action, Trigger } from '@connect-gateway/client';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { type Failure, type Read, readBeforeSaving } from '../failure';
import type { Outcome } from '../ui/form';
import { EndpointForm } from './endpoint-form';
import { Parts } from './parts';

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
  return (
    <Parts
      kind={kind}
      list={list}
      parts={endpoints}
      summary={(endpoint) => <Summary endpoint={endpoint} />}
      form={(endpoint, close) => (
        <Edit hasPath={kind === 'action'} endpoint={endpoint} operations={operations} close={close} />
      )}
      remove={({ name }) => operations.remove(name)}
      warning={`The ${kind} is deleted from this version.`}
    />
  );
}

/** What an endpoint is, with its validation errors. */
function Summary({ endpoint }: { readonly endpoint: Action | Trigger }) {
  return (
    <>
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
    </>
  );
}

function Edit<Endpoint extends Action | Trigger>({
  hasPath,
  endpoint,
  operations,
  close,
}: {
  readonly hasPath: boolean;
  readonly endpoint: Endpoint | undefined;
  readonly operations: EndpointOperations<Endpoint>;
  readonly close: () => void;
}) {
  const [opened] = useState(endpoint);
  return (
    <EndpointForm
      opened={opened}
      hasPath={hasPath}
      check={async () => opened && readBeforeSaving(opened, written, () => operations.read(opened.name))}
      send={(body) => (opened === undefined ? operations.create(body) : operations.update(opened.name, body))}
      close={close}
    />
  );
}

/** The validation's errors change by themselves. */
function written({ errors: _errors, ...endpoint }: Action | Trigger): unknown {
  return endpoint;
}
