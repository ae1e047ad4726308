import type { ImportHTTPConnectorResult } from '@connect-gateway/client';
import { Link } from '@tanstack/react-router';
import { counted } from '../ui/counted';

/** What an import has made, and where to find it. */
export function ImportResult({
  result: { connector, actions, triggers, definitions, messages },
  organisation,
  version,
}: {
  readonly result: ImportHTTPConnectorResult;
  readonly organisation: string;
  /** The version that was imported; empty for a new connector. */
  readonly version: string;
}) {
  const params = { organisation, connector: connector.id };
  return (
    <section aria-live="polite">
      <h2>{version ? `${connector.name} ${version} was imported.` : `${connector.name} was imported.`}</h2>
      <p>
        {counted(actions.length, 'action')}, {counted(triggers.length, 'trigger')},{' '}
        {counted(definitions.length, 'definition')}
      </p>
      {messages.map(({ text }) => (
        <p key={text} className="quiet">
          {text}
        </p>
      ))}
      {version ? (
        <Link
          to="/o/$organisation/connectors/$connector/versions/$version"
          params={{ ...params, version }}
          className="button primary"
        >
          Open {version}
        </Link>
      ) : (
        <Link to="/o/$organisation/connectors/$connector" params={params} className="button primary">
          Open {connector.name}
        </Link>
      )}
    </section>
  );
}
