import type { Action, Trigger } from '@connect-gateway/client';
import type { ReactNode } from 'react';

/** Actions or triggers, each with its validation errors and what can be done with it. */
export function EndpointRows<Endpoint extends Action | Trigger>({
  endpoints,
  controls,
}: {
  readonly endpoints: readonly Endpoint[];
  readonly controls: (endpoint: Endpoint) => ReactNode;
}) {
  return (
    <ul className="rows">
      {endpoints.map((endpoint) => (
        <li key={endpoint.id}>
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
          <div className="actions">{controls(endpoint)}</div>
        </li>
      ))}
    </ul>
  );
}
