/** What is wrong with one field, as the gateway says it: `actions[0].name` and a sentence. */
interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** How a form library writes the position in an array: `items[0].name` (TanStack Form) or `items.0.name` (most others). */
export type FieldNotation = 'brackets' | 'dots';

/**
 * The faulty fields of a problem as a form library wants them: one entry for each field, its messages joined.
 * @example for (const [name, message] of Object.entries(fieldErrors(error))) setError(name, { message });
 */
export function fieldErrors(
  error: { readonly fields?: readonly FieldError[] } | undefined,
  notation: FieldNotation = 'dots',
): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { field, message } of error?.fields ?? []) {
    const name = notation === 'dots' ? field.replaceAll(/\[(\d+)\]/g, '.$1') : field;
    // A field can be called `__proto__`, which an assignment would take for something else.
    const earlier = Object.hasOwn(errors, name) ? `${errors[name]}; ` : '';
    Object.defineProperty(errors, name, { value: earlier + message, enumerable: true, configurable: true });
  }
  return errors;
}
