import { getVersionMessagesOptions } from '@connect-gateway/client/react-query';
import { useQuery } from '@tanstack/react-query';
import type { VersionPath } from '../connector-path';
import { counted } from '../ui/counted';
import { ProblemNote } from '../ui/problem';
import { MessageRow } from '../ui/message-row';
import { Missing } from './missing';

/** What is wrong with a version, and whether it can be published. */
export function Messages({ path }: { readonly path: VersionPath }) {
  const { data, failureReason: error, isPending, refetch } = useQuery(getVersionMessagesOptions({ path }));
  if (isPending) return <p className="quiet">Loading…</p>;
  if (data === undefined) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  const { counts, messages, omitted, unvalidated } = data;
  return (
    <>
      <p className={`verdict ${data.publishable === false ? 'refused' : ''}`}>
        <strong>{VERDICTS[String(data.publishable)]}</strong> {data.reason}
      </p>
      <p className="quiet">
        {counted(counts.error, 'error')}, {counted(counts.warning, 'warning')}, {counted(counts.info, 'note')}
        {unvalidated > 0 && `; not validated yet: ${counted(unvalidated, 'part')}`}
      </p>
      <Missing missing={data.missing} />
      <ul className="rows">
        {messages.map((message, index) => (
          <MessageRow key={index} message={message}>
            <strong>
              {message.subject.name} <span className="quiet">{KINDS[message.subject.kind]}</span>
              {message.field && <code> {message.field}</code>}
            </strong>
          </MessageRow>
        ))}
      </ul>
      {omitted > 0 && <p className="quiet">Not listed: {counted(omitted, 'more message')}.</p>}
    </>
  );
}

const VERDICTS: Readonly<Record<string, string>> = {
  true: 'This version can be published.',
  false: 'Publishing would be refused.',
  null: 'Whether this version can be published is unknown.',
};

const KINDS = {
  version: 'version',
  action: 'action',
  trigger: 'trigger',
  definition: 'definition',
  authSchemeConfig: 'authentication scheme',
  connection: 'connection',
} as const;
