/** One operation of the platform as a browser uses it, and what it must not be used like. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query behind `/api/connect/v1`, encoded as `encodeURIComponent` does; the platform sees the same. */
  readonly target: string;
  /** The contract's status of a success. */
  readonly status: 200 | 201 | 204;
  readonly type: 'application/json' | 'application/schema+json';
  /** Further media types that a success may have. */
  readonly otherTypes: readonly string[];
  readonly body: object | undefined;
  readonly refusals: readonly Refusal[];
}

/** A query or a body that is refused, and the member that the refusal names. */
export type Refusal = readonly [bad: string | object, field: string];

type More = Partial<Pick<Operation, 'type' | 'otherTypes' | 'body' | 'refusals'>>;

/** One line of the table: `POST /path 201`, then what goes in and what must not. */
export function operation(
  id: string,
  call: string,
  { type = 'application/json', otherTypes = [], body, refusals = [] }: More = {},
) {
  const [method, target = '', status] = call.split(' ');
  return { id, method, target, status: Number(status), type, otherTypes, body, refusals } as Operation;
}

/** The target without its query. */
export function pathOf({ target }: Operation): string {
  return target.split('?', 1)[0] ?? '';
}
