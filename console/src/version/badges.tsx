import type { ConnectorVersion } from '@connect-gateway/client';

/** Whether a version is published, the latest, the default. */
export function VersionBadges({
  version: { publishedAt, isLatest, isDefault },
}: {
  readonly version: ConnectorVersion;
}) {
  return (
    <span className="badges">
      <span className={`badge ${publishedAt === null ? '' : 'published'}`}>
        {publishedAt === null ? 'Draft' : 'Published'}
      </span>
      {isLatest && <span className="badge">Latest</span>}
      {isDefault && <span className="badge">Default</span>}
    </span>
  );
}
