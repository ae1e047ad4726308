import { expect, it } from 'vitest';
import { problemEvent, isLastId } from '../../src/idempotency/progress.events.js';
import { Watchers } from '../../src/idempotency/watchers.js';
import type { Claims } from '../../src/idempotency/claims.js';
import { Problem } from '../../src/problems/problem.js';
import type { GatewayResponse } from '../../src/server/exchange.js';
import type { Caller } from '../../src/session/caller.js';
import type { Presence } from '../../src/session/presence.js';

it('who has gone before the stream begins does not watch', async () => {
  const watchers = new Watchers({} as Claims, {} as Presence);
  const res = { closed: true, req: { headers: {} } } as unknown as GatewayResponse;
  await expect(watchers.watch({ subject: 'person-1' } as Caller, 'name').sendTo(res)).resolves.toBeUndefined();
});

it('a stream that found no import is over, too', () => {
  const { id } = problemEvent(new Problem(404, 'import_not_found', 'None.'), { requestId: 'a', path: '/' });
  expect(isLastId(id)).toBe(true);
});
