/** An error of one field, as the gateway reports it: `actions[0].name` and a sentence. */
interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** A form library's syntax for array positions: `items[0].name` (TanStack Form) or `items.0.name` (most others). */
export type FieldNotation = 'brackets' | 'dots';

/**
 * The invalid fields of a problem in the form that form libraries expect: one entry per field, its messages joined.
 * @example for (const [name, message] of Object.entries(fieldErrors(error))) setError(name, { message });
 */
export function fieldErrors(
  error: { readonly fields?: readonly FieldError[] } | undefined,
  notation: FieldNotation = 'dots',
): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { field, message } of error?.fields ?? []) {
    const name = notation === 'dots' ? field.replaceAll(/\[(\d+)\]/g, '.$1') : field;
    // A field may be named `__proto__`, which an assignment would treat specially.
    const earlier = Object.hasOwn(errors, name) ? `${errors[name]}; ` : '';
    Object.defineProperty(errors, name, { value: earlier + message, enumerable: true, configurable: true });
  }
  return errors;
}
