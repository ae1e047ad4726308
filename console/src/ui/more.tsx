import { Button } from './button';

/** The button below a list that has more pages. */
export function More({
  list: { hasNextPage, isFetchingNextPage, fetchNextPage },
}: {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}) {
  if (!hasNextPage) return null;
  return (
    <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
      {isFetchingNextPage ? 'Loading…' : 'Show more'}
    </Button>
  );
}
