import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Failure } from '../failure';
import { DialogButton } from '../ui/dialog';
import type { Outcome } from '../ui/form';
import { More } from '../ui/more';
import { ProblemNote } from '../ui/problem';
import { DeleteButton } from './delete-button';

/** A list of parts of a version: actions, triggers or definitions, each of which can be created, edited and deleted. */
export function Parts<Part extends { readonly id: string; readonly name: string }>({
  kind,
  list,
  parts,
  summary,
  form,
  remove,
  warning,
}: {
  /** What one of them is called. */
  readonly kind: string;
  readonly list: UseInfiniteQueryResult<unknown, Failure>;
  readonly parts: readonly Part[];
  readonly summary: (part: Part) => ReactNode;
  /** The form for one of them, or for a new one. */
  readonly form: (part: Part | undefined, close: () => void) => ReactNode;
  readonly remove: (part: Part) => Promise<Outcome>;
  /** What deleting one means. */
  readonly warning: string;
}) {
  return (
    <>
      <DialogButton label={`New ${kind}`} title={`New ${kind}`}>
        {(close) => form(undefined, close)}
      </DialogButton>
      <ProblemNote error={list.failureReason} onRetry={() => void list.refetch()} />
      {list.isPending && <p className="quiet">Loading…</p>}
      {list.isSuccess && parts.length === 0 && <p className="quiet">No {kind}s.</p>}
      <ul className="rows">
        {parts.map((part) => (
          <li key={part.id}>
            <div>{summary(part)}</div>
            <div className="actions">
              <DialogButton label="Edit" describedAs={`Edit ${part.name}`} title={`Edit ${part.name}`}>
                {(close) => form(part, close)}
              </DialogButton>
              <DeleteButton name={part.name} remove={() => remove(part)}>
                <p>{warning}</p>
              </DeleteButton>
            </div>
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}
