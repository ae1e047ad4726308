import type { MissingVersionPart } from '@connect-gateway/client';

/** What could not be read, so that an incomplete answer is not taken for a complete one. */
export function Missing({ missing = [] }: { readonly missing?: readonly MissingVersionPart[] | undefined }) {
  if (missing.length === 0) return null;
  return (
    <div className="problem">
      <p>This is incomplete:</p>
      <ul>
        {missing.map(({ part, name, version, reason }, index) => (
          <li key={index}>
            {part} {name} of {version}: {reason}
          </li>
        ))}
      </ul>
    </div>
  );
}
