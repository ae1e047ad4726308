import type { PreviewedDifference, VersionDifference } from '@connect-gateway/client';
import { Missing } from './missing';

const WORDS = { added: 'Added', removed: 'Removed', changed: 'Changed' } as const;

/** What changed from one version to another; breaking changes are marked. */
export function Changes({
  difference: { changes, counts, unchanged, omitted, missing },
  from,
  to,
}: {
  readonly difference: VersionDifference | PreviewedDifference;
  readonly from: string;
  readonly to: string;
}) {
  return (
    <>
      <p>
        <strong>
          {from} → {to}
        </strong>
        : {counts.added} added, {counts.removed} removed, {counts.changed} changed, {unchanged} unchanged
        {counts.breaking > 0 && (
          <>
            {' '}
            <span className="badge error">{counts.breaking} breaking</span>
          </>
        )}
      </p>
      <Missing missing={missing} />
      <ul className="rows">
        {changes.map(({ change, subject, formerName, breaking, text, details = [] }) => (
          <li key={`${change} ${subject.kind} ${subject.name}`}>
            <div>
              <strong>
                {subject.name} <span className="quiet">{subject.kind}</span>
              </strong>
              {formerName && <span className="quiet"> (formerly {formerName})</span>}
              {details.length < 2 && <p>{text}</p>}
              {(details.length < 2 ? [] : details).map((detail) => (
                <p key={`${detail.in} ${detail.text}`}>
                  {detail.text}
                  {detail.breaking && ' (breaking)'}
                </p>
              ))}
            </div>
            <span className="badges">
              <span className={`badge ${change}`}>{WORDS[change]}</span>
              {breaking && <span className="badge error">Breaking</span>}
            </span>
          </li>
        ))}
      </ul>
      {omitted > 0 && <p className="quiet">Not listed: {omitted} more.</p>}
    </>
  );
}
