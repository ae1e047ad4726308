import { expect, it } from 'vitest';
import { problemEvent, isLastId } from '../../src/import/progress/progress.events.js';
import { ProgressSubscriptions } from '../../src/import/progress/progress.subscriptions.js';
import type { IdempotencyStore } from '../../src/idempotency/idempotency.store.js';
import { Problem } from '../../src/http/problem.js';
import type { GatewayResponse } from '../../src/http/exchange.js';
import type { Caller } from '../../src/auth/caller.js';
import type { SessionLiveness } from '../../src/auth/session.liveness.js';

it('who has gone before the stream begins does not watch', async () => {
  const watchers = new ProgressSubscriptions({} as IdempotencyStore, {} as SessionLiveness);
  const res = { closed: true, req: { headers: {} } } as unknown as GatewayResponse;
  await expect(watchers.watch({ subject: 'person-1' } as Caller, 'name').sendTo(res)).resolves.toBeUndefined();
});

it('a stream that found no import is over, too', () => {
  const { id } = problemEvent(new Problem('import_not_found'), { requestId: 'a', path: '/' });
  expect(isLastId(id)).toBe(true);
});
