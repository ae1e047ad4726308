import type { ImportPreview, ImportVersionPreview } from '@connect-gateway/client';
import { counted } from '../ui/counted';
import { MessageRow } from '../ui/message-row';
import { Changes } from '../version/changes';

/** What an import would make, what is wrong with the document, and how the version would differ. */
export function Preview({
  preview,
  version,
}: {
  readonly preview: ImportPreview & Partial<ImportVersionPreview>;
  /** The name of the version that is to be imported; empty for a new connector. */
  readonly version: string;
}) {
  const { ok, connector, counts, messages, difference, actions } = preview;
  return (
    <>
      <p className={`verdict ${ok ? '' : 'refused'}`}>
        <strong>{ok ? 'This document can be imported.' : 'This document cannot be imported.'}</strong>{' '}
        {connector && `${connector.name ?? 'Unnamed'} ${connector.version ?? ''} at ${connector.baseUrl}`}
      </p>
      <p className="quiet">
        {counted(counts.actions, 'action')}, {counted(counts.triggers, 'trigger')},{' '}
        {counted(counts.definitions, 'definition')}, {counted(counts.authSchemeConfigs, 'authentication scheme')}
      </p>
      {messages.length > 0 && (
        <>
          <h3>Messages</h3>
          <ul className="rows">
            {messages.map((message, index) => (
              <MessageRow key={index} message={message} />
            ))}
          </ul>
        </>
      )}
      {difference && (
        <>
          <h3>Difference</h3>
          <Changes difference={difference} from={preview.follows ?? 'latest'} to={version} />
        </>
      )}
      {!difference && actions.length > 0 && (
        <>
          <h3>Actions</h3>
          <ul className="rows">
            {actions.slice(0, SHOWN).map(({ name, method, path, summary }) => (
              <li key={name}>
                <div>
                  <strong>{name}</strong>{' '}
                  <code>
                    {method} {path}
                  </code>
                  {summary && <p className="quiet small">{summary}</p>}
                </div>
              </li>
            ))}
          </ul>
          {actions.length > SHOWN && <p className="quiet">{actions.length - SHOWN} more.</p>}
        </>
      )}
    </>
  );
}

const SHOWN = 50;
