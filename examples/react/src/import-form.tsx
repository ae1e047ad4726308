import { useImportDocument } from '@connect-gateway/client/react';
import { useQueryClient } from '@tanstack/react-query';
import { path } from './organisation';

/** Imports an OpenAPI document from a file and shows how far it is. */
export function ImportForm() {
  const { start, isRunning, progress, outcome } = useImportDocument();
  const queries = useQueryClient();
  return (
    <section>
      <label>
        OpenAPI document{' '}
        <input
          type="file"
          disabled={isRunning}
          onChange={async ({ target: { files } }) => {
            if (files?.[0] === undefined) return;
            await start({ path, document: files[0] });
            await queries.invalidateQueries();
          }}
        />
      </label>
      {isRunning && <progress aria-label={progress?.stage} />}
      {outcome?.data && <p>{outcome.data.connector.name} was imported.</p>}
      {outcome?.error && <p role="alert">{outcome.error.message}</p>}
    </section>
  );
}
