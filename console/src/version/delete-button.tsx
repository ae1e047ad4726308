import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ConfirmButton } from '../ui/confirm';
import type { Outcome } from '../ui/form';

/** Deletes a named part of a version once the person has confirmed it, then reads the lists again. */
export function DeleteButton({
  name,
  remove,
  children,
}: {
  readonly name: string;
  readonly remove: () => Promise<Outcome>;
  readonly children: ReactNode;
}) {
  const queries = useQueryClient();
  return (
    <ConfirmButton
      label="Delete"
      describedAs={`Delete ${name}`}
      title={`Delete ${name}`}
      isDangerous
      act={async () => {
        const { error } = await remove();
        if (error === undefined) void queries.invalidateQueries();
        return { error };
      }}
    >
      {children}
    </ConfirmButton>
  );
}
