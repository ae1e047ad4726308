import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField, type TextFieldProps } from 'react-aria-components/TextField';

/** A labelled text field; the gateway's message for it appears below. The name is the field of the request. */
export function Field({
  label,
  hint,
  error,
  type = 'text',
  ...props
}: Omit<TextFieldProps, 'children'> & {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
}) {
  return (
    <TextField {...props} type={type} isInvalid={error !== undefined} className="field" validationBehavior="aria">
      <Label>{label}</Label>
      <Input />
      {hint && (
        <Text slot="description" className="quiet small">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
