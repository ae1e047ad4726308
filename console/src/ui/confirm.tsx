import type { ConnectionFailure, Problem } from '@connect-gateway/client';
import { type ReactNode, useState } from 'react';
import { Button } from './button';
import { DialogButton } from './dialog';
import { ProblemNote } from './problem';

/** A button that asks before it acts. What the gateway refuses stays in the dialog. */
export function ConfirmButton({
  label,
  title,
  isDangerous = false,
  act,
  children,
}: {
  readonly label: string;
  readonly title: string;
  readonly isDangerous?: boolean;
  readonly act: () => Promise<{ readonly error?: Problem | ConnectionFailure | undefined }>;
  readonly children: ReactNode;
}) {
  return (
    <DialogButton label={label} title={title} isDangerous={isDangerous}>
      {(close) => <Confirmation label={label} isDangerous={isDangerous} act={act} close={close} text={children} />}
    </DialogButton>
  );
}

function Confirmation({
  label,
  isDangerous,
  act,
  close,
  text,
}: {
  readonly label: string;
  readonly isDangerous: boolean;
  readonly act: () => Promise<{ readonly error?: Problem | ConnectionFailure | undefined }>;
  readonly close: () => void;
  readonly text: ReactNode;
}) {
  const [isActing, setActing] = useState(false);
  const [error, setError] = useState<Problem | ConnectionFailure>();
  const confirm = async (): Promise<void> => {
    setActing(true);
    const outcome = await act();
    setActing(false);
    setError(outcome.error);
    if (outcome.error === undefined) close();
  };
  return (
    <>
      {text}
      <ProblemNote error={error} />
      <div className="actions">
        <Button onPress={close}>Cancel</Button>
        <Button isPrimary={!isDangerous} isDangerous={isDangerous} isDisabled={isActing} onPress={() => void confirm()}>
          {label}
        </Button>
      </div>
    </>
  );
}
