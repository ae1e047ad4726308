import { Problem } from '../problems/problem.js';
import type { Span } from '../server/trace.js';

/** Does a piece of a request's work within a span of its own, where the request is traced. */
export async function traced<T>(request: Span | undefined, name: string, work: () => Promise<T>): Promise<T> {
  const span = request?.step(name);
  let failure: string | undefined;
  try {
    return await work();
  } catch (error) {
    failure = error instanceof Problem ? error.code : 'internal_error';
    throw error;
  } finally {
    span?.end({}, failure);
  }
}
