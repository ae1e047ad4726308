import { authEndAll, authEndOne } from '@connect-gateway/client';
import { authListOptions } from '@connect-gateway/client/react-query';
import { useSession } from '@connect-gateway/client/react';
import { useQuery } from '@tanstack/react-query';
import { ConfirmButton } from '../ui/confirm';
import { ProblemNote } from '../ui/problem';

/** The person's own sessions. */
export function Sessions() {
  const { session } = useSession();
  const { data, failureReason: error, isPending, refetch } = useQuery(authListOptions());
  return (
    <section>
      <title>Sessions · Connect</title>
      <div className="title">
        <h1>Your sessions</h1>
        <ConfirmButton
          label="End all"
          title="End all sessions"
          isDangerous
          act={async () => {
            const ended = await authEndAll();
            await session.check();
            return ended;
          }}
        >
          <p>You will be signed out here and on every other device.</p>
        </ConfirmButton>
      </div>
      <ProblemNote error={error} onRetry={() => void refetch()} />
      {isPending && <p className="quiet">Loading…</p>}
      <ul className="rows">
        {data?.map(({ id, current, device, createdAt, idleExpiresAt }) => (
          <li key={id}>
            <div>
              <strong>{device || 'Unknown device'}</strong>
              {current && <span className="badge">This session</span>}
              <p className="quiet small">
                Signed in {new Date(createdAt).toLocaleString()}, ends {new Date(idleExpiresAt).toLocaleString()} unless
                used
              </p>
            </div>
            <ConfirmButton
              label="End"
              describedAs={`End the session of ${device || 'an unknown device'}`}
              title="End this session"
              isDangerous
              act={async () => {
                const ended = await authEndOne({ path: { id } });
                if (current) await session.check();
                else await refetch();
                return ended;
              }}
            >
              <p>{current ? 'You will be signed out here.' : 'The other device will be signed out.'}</p>
            </ConfirmButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
