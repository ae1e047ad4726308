import { type ReactNode, useState } from 'react';
import type { Failure } from '../failure';
import { Button } from './button';
import { DialogButton } from './dialog';
import type { Outcome } from './form';
import { ProblemNote } from './problem';

interface Confirmed {
  readonly label: string;
  readonly describedAs?: string;
  readonly isDangerous?: boolean;
  readonly act: () => Promise<Outcome>;
  readonly children: ReactNode;
}

/** A button that asks before it acts. What the gateway refuses stays in the dialog. */
export function ConfirmButton({ title, ...confirmed }: Confirmed & { readonly title: string }) {
  const { label, describedAs, isDangerous = false } = confirmed;
  return (
    <DialogButton label={label} {...(describedAs && { describedAs })} title={title} isDangerous={isDangerous}>
      {(close) => <Confirmation {...confirmed} close={close} />}
    </DialogButton>
  );
}

function Confirmation({
  label,
  isDangerous = false,
  act,
  children,
  close,
}: Confirmed & { readonly close: () => void }) {
  const [isActing, setActing] = useState(false);
  const [error, setError] = useState<Failure>();
  const confirm = async (): Promise<void> => {
    setActing(true);
    const outcome = await act();
    setActing(false);
    setError(outcome.error);
    if (outcome.error === undefined) close();
  };
  return (
    <>
      {children}
      <ProblemNote error={error} />
      <div className="actions">
        <Button onPress={close}>Cancel</Button>
        <Button isPrimary={!isDangerous} isDangerous={isDangerous} isPending={isActing} onPress={() => void confirm()}>
          {label}
        </Button>
      </div>
    </>
  );
}
