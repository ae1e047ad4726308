import { type ConnectionFailure, fieldErrors, type Problem } from '@connect-gateway/client';
import { type ReactNode, useState } from 'react';
import { Button } from './button';
import { ProblemNote } from './problem';

interface Outcome {
  readonly error?: Problem | ConnectionFailure | undefined;
}

/** A form that sends what was typed and shows each message of the gateway at its field. */
export function GatewayForm({
  submitLabel,
  send,
  onCancel,
  children,
}: {
  readonly submitLabel: string;
  /** Sends the values, by the names of the fields. */
  readonly send: (values: Record<string, string>) => Promise<Outcome>;
  readonly onCancel?: () => void;
  readonly children: (errors: Record<string, string>) => ReactNode;
}) {
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<Problem | ConnectionFailure>();
  const submit = async (form: FormData): Promise<void> => {
    setSending(true);
    const values = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
    const outcome = await send(values);
    setSending(false);
    setError(outcome.error);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(new FormData(event.currentTarget));
      }}
    >
      {children(fieldErrors(error))}
      <ProblemNote error={error} />
      <div className="actions">
        {onCancel && <Button onPress={onCancel}>Cancel</Button>}
        <Button type="submit" isPrimary isDisabled={isSending}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
