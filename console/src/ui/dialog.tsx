import type { ReactNode } from 'react';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { SessionBanner } from '../session-banner';
import { Button } from './button';

/**
 * A button that opens a dialog, which its content closes. A session that ends meanwhile is shown in the dialog too, because
 * the page behind it cannot be reached.
 */
export function DialogButton({
  label,
  title,
  describedAs,
  isPrimary = false,
  isDangerous = false,
  children,
}: {
  readonly label: string;
  readonly title: string;
  /** The name of the button for screen readers, where the label alone says too little. */
  readonly describedAs?: string;
  readonly isPrimary?: boolean;
  readonly isDangerous?: boolean;
  readonly children: (close: () => void) => ReactNode;
}) {
  return (
    <DialogTrigger>
      <Button aria-label={describedAs} isPrimary={isPrimary} isDangerous={isDangerous}>
        {label}
      </Button>
      <ModalOverlay className="overlay">
        <Modal className="modal">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{title}</Heading>
                <SessionBanner />
                {children(close)}
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
