import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { ExecutionContext } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthRoom } from '../../test/support/unit/auth.room.js';
import { contextOf, requestFor, TestResponse } from '../../test/support/unit/exchange.js';
import { createKey } from '../../test/support/unit/memory.provider.js';
import { Caller } from './caller.js';
import { SessionEventsController } from './session-events.controller.js';
import { StreamSubscriptions } from './stream.subscriptions.js';

const CALLER = { subject: 'ann', token: 't', freshToken: () => 't', renew: async () => undefined };
const key = await createKey('kid');
let room: AuthRoom;

beforeEach(() => void (room = new AuthRoom(key)));
afterEach(() => room.close());

class Routes {
  called(@Caller() caller: Caller): Caller {
    return caller;
  }
}

/** What Nest gives to a handler's argument. */
function argumentOf(context: ExecutionContext): unknown {
  const metadata = Reflect.getMetadata(ROUTE_ARGS_METADATA, Routes, 'called') as Record<
    string,
    { factory: (data: unknown, context: ExecutionContext) => unknown }
  >;
  return Object.values(metadata)[0]?.factory(undefined, context);
}

describe('the caller of a handler', () => {
  it('is the one that the guard has admitted', () => {
    const req = Object.assign(requestFor('/api'), { caller: CALLER });
    expect(argumentOf(contextOf(req))).toBe(CALLER);
  });

  it('is a 401 on a route that admits everybody', () => {
    expect(() => argumentOf(contextOf(requestFor('/api')))).toThrow(
      expect.objectContaining({ status: 401, code: 'unauthenticated' }),
    );
  });
});

describe('GET /auth/events', () => {
  it('sends the events of the request’s session', async () => {
    const controller = new SessionEventsController(room.events, new StreamSubscriptions());
    const req = requestFor('/auth/events');
    const res = new TestResponse(req);
    await controller.authEvents(CALLER, req).sendTo(res);
    expect(res.text).toMatch(/event: session\ndata: \{"state":"ended","reason":"revoked","at":"[^"]+"\}\n\n/);
    expect(res.writableEnded).toBe(true);
  });

  it('is refused to a person who follows sixteen streams already', async () => {
    const subscriptions = new StreamSubscriptions();
    for (let count = 0; count < 16; count++) subscriptions.enter('session', 'ann');
    const req = requestFor('/auth/events');
    const stream = new SessionEventsController(room.events, subscriptions).authEvents(CALLER, req);
    await expect(stream.sendTo(new TestResponse(req))).rejects.toMatchObject({ code: 'too_many_watchers' });
  });
});
