import { fieldErrors, type ImportPreview, type ImportVersionPreview, previewDocument } from '@connect-gateway/client';
import { useImportDocument } from '@connect-gateway/client/react';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ConnectorPath } from '../connector-path';
import type { Failure } from '../failure';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { ProblemNote } from '../ui/problem';
import { Drop } from './drop';
import { Preview } from './preview';
import { Progress } from './progress';
import { ImportResult } from './result';

/** Where an import goes: a new connector of the organisation, or a new version of the connector. */
type Target = { readonly organisation_id: string; readonly connector_id?: never } | ConnectorPath;

interface Previewed {
  readonly file: File;
  readonly data?: (ImportPreview & Partial<ImportVersionPreview>) | undefined;
  readonly error?: Failure | undefined;
}

/** Imports a document in three steps: drop it, see what it would make, make it. */
export function ImportDocument({ path }: { readonly path: Target }) {
  const [version, setVersion] = useState('');
  const [previewed, setPreviewed] = useState<Previewed>();
  const latest = useRef<File>(undefined);
  const run = useImportDocument();
  const queries = useQueryClient();
  const target = path.connector_id === undefined ? { path } : { path, version };

  const preview = async (file: File): Promise<void> => {
    latest.current = file;
    setPreviewed({ file });
    const { data, error } = await previewDocument({ ...target, document: file });
    if (latest.current === file) setPreviewed({ file, data, error });
  };
  const importNow = async (file: File): Promise<void> => {
    await run.start({ ...target, document: file });
    await queries.invalidateQueries();
  };

  if (run.outcome?.data)
    return <ImportResult result={run.outcome.data} organisation={path.organisation_id} version={version} />;
  const isReady = previewed?.data?.ok === true && !run.isRunning;
  const errors = fieldErrors(previewed?.error?.code === 'changed_elsewhere' ? undefined : previewed?.error);
  return (
    <>
      {path.connector_id !== undefined && (
        <Field
          name="version"
          label="Version name"
          hint="For example 2.0.0"
          value={version}
          onChange={setVersion}
          isDisabled={run.isRunning}
          error={errors['version'] ?? errors['metadata.version']}
        />
      )}
      <Drop onFile={(file) => void preview(file)} isDisabled={run.isRunning} />
      {previewed && (
        <section aria-label="Preview" aria-live="polite">
          <div className="title">
            <h2>{previewed.file.name}</h2>
            <Button onPress={() => void preview(previewed.file)} isDisabled={run.isRunning}>
              Check again
            </Button>
            <Button isPrimary isDisabled={!isReady} onPress={() => void importNow(previewed.file)}>
              Import
            </Button>
          </div>
          <ProblemNote error={previewed.error} />
          {previewed.data === undefined && previewed.error === undefined && <p className="quiet">Checking…</p>}
          {run.isRunning && <Progress progress={run.progress} onCancel={run.cancel} />}
          <ProblemNote error={run.outcome?.error} />
          {previewed.data && <Preview preview={previewed.data} version={version} />}
        </section>
      )}
    </>
  );
}
