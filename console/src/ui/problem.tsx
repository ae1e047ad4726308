import type { Failure } from '../failure';
import { Button } from './button';

/** Why something failed, what to do, and the id that finds it in the log. */
export function ProblemNote({
  error,
  onRetry,
  shownFields = [],
}: {
  readonly error: Failure | null | undefined;
  readonly onRetry?: (() => void) | undefined;
  /** Fields whose messages are shown elsewhere. */
  readonly shownFields?: readonly string[];
}) {
  if (error === null || error === undefined) return null;
  const isConflict = error.status === 409 || error.status === 412;
  const otherFields = error.fields.filter(({ field }) => !shownFields.includes(field));
  return (
    <div className="problem" role="alert">
      <p>{error.message}</p>
      {(error.messages.length > 1 || otherFields.length > 1) && (
        <ul>
          {error.messages.map(({ text, detail = [] }, index) => (
            <li key={index}>{[text, ...detail].join(' ')}</li>
          ))}
          {otherFields.map(({ field, message }, index) => (
            <li key={index}>
              <code>{field}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {onRetry && <Button onPress={onRetry}>{isConflict ? 'Reload' : 'Try again'}</Button>}
      {'requestId' in error && <p className="quiet small">Request {error.requestId}</p>}
    </div>
  );
}
