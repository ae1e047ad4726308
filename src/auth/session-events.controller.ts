import { Controller, Get, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../contract/validation/answers.js';
import { EventStream } from '../http/event.stream.js';
import { type AuthenticatedRequest, Caller, WithoutExtending } from './caller.js';
import { SessionEvents } from './session-events.js';
import { StreamSubscriptions } from './stream.subscriptions.js';

const EVENTS = { mediaType: 'text/event-stream', schema: { type: 'string' } };

/** The end of the caller's session, as it happens. */
@Controller('auth')
@ApiTags('Auth')
export class SessionEventsController {
  constructor(
    private readonly events: SessionEvents,
    private readonly subscriptions: StreamSubscriptions,
  ) {}

  /** Follow your session, without extending it, as server-sent events: `session` with `{ state, reason, at }`. */
  @Get('events')
  @Answers(200, EVENTS)
  @Problems('too_many_watchers')
  @WithoutExtending()
  authEvents(@Caller() caller: Caller, @Req() req: AuthenticatedRequest): EventStream {
    return new EventStream(
      () => this.subscriptions.enter('session', caller.subject),
      (signal) => this.events.of(req, signal),
    );
  }
}
