import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField, type TextFieldProps } from 'react-aria-components/TextField';

/** A labelled text field; the gateway's message for it appears below. The name is the field of the request. */
export function Field({
  label,
  hint,
  error,
  rows,
  ...props
}: Omit<TextFieldProps, 'children'> & {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** Makes it a field of several lines. */
  readonly rows?: number;
}) {
  return (
    <TextField {...props} isInvalid={error !== undefined} className="field" validationBehavior="aria">
      <Label>{label}</Label>
      {rows === undefined ? <Input /> : <TextArea rows={rows} spellCheck={false} />}
      {hint && (
        <Text slot="description" className="quiet small">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
