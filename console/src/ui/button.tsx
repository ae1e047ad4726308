import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';

/** A button; one per screen is the primary one. */
export function Button({
  isPrimary = false,
  isDangerous = false,
  ...props
}: ButtonProps & { readonly isPrimary?: boolean; readonly isDangerous?: boolean }) {
  const kind = isDangerous ? 'danger' : isPrimary ? 'primary' : '';
  return <AriaButton {...props} className={`button ${kind}`} />;
}
