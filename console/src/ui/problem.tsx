import type { ConnectionFailure, Problem } from '@connect-gateway/client';
import { Button } from './button';

/** Codes that mean that something changed since the screen was loaded. */
const CONFLICTS = new Set(['version_exists', 'conflict', 'precondition_failed']);

/** Why something failed, what to do, and the id that finds it in the log. */
export function ProblemNote({
  error,
  onRetry,
}: {
  readonly error: Problem | ConnectionFailure | null | undefined;
  readonly onRetry?: () => void;
}) {
  if (error === null || error === undefined) return null;
  const isConflict = error.status === 409 || error.status === 412 || CONFLICTS.has(error.code);
  return (
    <div className="problem" role="alert">
      <p>{error.message}</p>
      {error.messages.flatMap(({ detail = [] }) => detail).map((line) => (
        <p key={line} className="quiet">
          {line}
        </p>
      ))}
      {isConflict && <p className="quiet">Somebody may have changed it meanwhile. Reload to see how it is now.</p>}
      {onRetry && <Button onPress={onRetry}>{isConflict ? 'Reload' : 'Try again'}</Button>}
      {'requestId' in error && <p className="quiet small">Request {error.requestId}</p>}
    </div>
  );
}
