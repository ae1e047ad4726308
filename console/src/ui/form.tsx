import { fieldErrors } from '@connect-gateway/client';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Failure } from '../failure';
import { Button } from './button';
import { ProblemNote } from './problem';

/** What a form has sent came to. */
export interface Outcome {
  readonly error?: Failure | undefined;
}

/** The values of a form by the names of its fields. */
export type Values = Readonly<Record<string, string>>;

/**
 * A form that sends what was typed and shows each message of the gateway at its field. In a dialog, a success closes it, and
 * what is on the screen is read again.
 */
export function GatewayForm({
  submitLabel,
  send,
  close,
  fieldOf = (field) => field,
  children,
}: {
  readonly submitLabel: string;
  readonly send: (values: Values) => Promise<Outcome>;
  /** Closes the dialog that it is in. */
  readonly close?: () => void;
  /** The name of the form's field that a field of the request comes from, where it has another one. */
  readonly fieldOf?: (field: string) => string;
  readonly children: (errors: Record<string, string>) => ReactNode;
}) {
  const queries = useQueryClient();
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<Failure>();
  const [names, setNames] = useState<readonly string[]>([]);
  const submit = async (form: FormData): Promise<void> => {
    setSending(true);
    setNames([...form.keys()]);
    const texts = [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const outcome = await send(Object.fromEntries(texts));
    setSending(false);
    setError(outcome.error);
    if (outcome.error !== undefined || close === undefined) return;
    void queries.invalidateQueries();
    close();
  };
  const reload = async (): Promise<void> => {
    await queries.invalidateQueries();
    close?.();
  };
  const isConflict = error?.status === 409 || error?.status === 412;
  const errors = Object.entries(fieldErrors(error)).map(([field, message]) => [fieldOf(field), message] as const);
  const shownFields = error?.fields.map(({ field }) => field).filter((field) => names.includes(fieldOf(field)));
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(new FormData(event.currentTarget));
      }}
    >
      {children(Object.fromEntries(errors))}
      <ProblemNote error={error} shownFields={shownFields} onRetry={isConflict ? () => void reload() : undefined} />
      <div className="actions">
        {close && <Button onPress={close}>Cancel</Button>}
        <Button type="submit" isPrimary isPending={isSending}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
