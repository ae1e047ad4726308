import { useId } from 'react';

/** A labelled choice, by the browser's own list; the gateway's message for it appears below. */
export function Select({
  label,
  name,
  options,
  defaultValue,
  error,
}: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly (string | readonly [value: string, label: string])[];
  readonly defaultValue?: string;
  readonly error?: string | undefined;
}) {
  const errorId = useId();
  return (
    <div className="field">
      <label>
        {label}
        <select name={name} defaultValue={defaultValue} aria-invalid={error !== undefined} aria-describedby={errorId}>
          {options.map((option) => {
            const [value, text] = typeof option === 'string' ? [option, option] : option;
            return (
              <option key={value} value={value}>
                {text}
              </option>
            );
          })}
        </select>
      </label>
      <span id={errorId} className="field-error">
        {error}
      </span>
    </div>
  );
}
