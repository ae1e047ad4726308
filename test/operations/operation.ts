/** One operation of the platform with a valid request and invalid ones. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query after `/api/connect/v1`, encoded with `encodeURIComponent`; forwarded unchanged. */
  readonly target: string;
  /** The success status in the contract. */
  readonly status: 200 | 201 | 204;
  readonly type: 'application/json' | 'application/schema+json';
  /** Other media types of a success. */
  readonly otherTypes: readonly string[];
  readonly body: object | undefined;
  readonly refusals: readonly Refusal[];
}

/** A query or a body that is rejected, and the member that the problem names. */
export type Refusal = readonly [bad: string | object, field: string];

type More = Partial<Pick<Operation, 'type' | 'otherTypes' | 'body' | 'refusals'>>;

/** One line of the table: `POST /path 201`, then valid and invalid requests. */
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
