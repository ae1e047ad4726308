import type { ReactNode } from 'react';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './button';

/** A button that opens a dialog. The content closes it. */
export function DialogButton({
  label,
  title,
  isPrimary = false,
  isDangerous = false,
  children,
}: {
  readonly label: string;
  readonly title: string;
  readonly isPrimary?: boolean;
  readonly isDangerous?: boolean;
  readonly children: (close: () => void) => ReactNode;
}) {
  return (
    <DialogTrigger>
      <Button isPrimary={isPrimary} isDangerous={isDangerous}>
        {label}
      </Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{title}</Heading>
                {children(close)}
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
