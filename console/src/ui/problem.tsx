import type { Failure } from '../failure';
import { Button } from './button';

/** Why something failed, what to do, and the id that finds it in the log. */
export function ProblemNote({
  error,
  onRetry,
}: {
  readonly error: Failure | null | undefined;
  readonly onRetry?: (() => void) | undefined;
}) {
  if (error === null || error === undefined) return null;
  const isConflict = error.status === 409 || error.status === 412;
  return (
    <div className="problem" role="alert">
      <p>{error.message}</p>
      {error.messages
        .flatMap(({ detail = [] }) => detail)
        .map((line) => (
          <p key={line} className="quiet">
            {line}
          </p>
        ))}
      {onRetry && <Button onPress={onRetry}>{isConflict ? 'Reload' : 'Try again'}</Button>}
      {'requestId' in error && <p className="quiet small">Request {error.requestId}</p>}
    </div>
  );
}
