import { expect, it } from 'vitest';
import { problemEvent, isLastId } from './progress.events.js';
import { EventStream } from '../../http/event.stream.js';
import { Problem } from '../../http/problem.js';
import type { GatewayResponse } from '../../http/exchange.js';

it('a client that disconnects before the stream starts occupies no slot', async () => {
  const stream = new EventStream(
    () => expect.unreachable(),
    () => expect.unreachable(),
  );
  const res = { closed: true, req: { headers: {} } } as unknown as GatewayResponse;
  await expect(stream.sendTo(res)).resolves.toBeUndefined();
});

it('a stream without an import ends', () => {
  const { id } = problemEvent(new Problem('import_not_found'), { requestId: 'a', path: '/' });
  expect(isLastId(id)).toBe(true);
});
