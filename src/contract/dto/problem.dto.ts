import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Message } from './message.dto.js';

/** One faulty member of a request. */
export class ErrorField {
  /** Path of the member, such as `field1.field2[0].field3`; empty for the body as a whole. */
  field: string;

  /** What is wrong, as the rest of a sentence that starts with the path. */
  message: string;
}

/** Every answer that is not a success: RFC 9457 problem details that are also the platform's own error. */
@ApiSchema({ name: 'Problem' })
export class ProblemDetails {
  /** URI reference of the kind of problem: `/docs/errors#<code>`. */
  type: string;

  /** Name of the HTTP status. */
  title: string;

  /** The HTTP status. */
  @ApiProperty({ type: 'integer' })
  status: number;

  /** The same sentence as `message`. */
  detail: string;

  /** Path of the request. */
  instance: string;

  /** Stable identifier of the error, for programs. */
  code: string;

  /** One sentence for people. */
  message: string;

  /** The invalid members of the request; empty if none is to blame. */
  fields: ErrorField[];

  /** More about the cause; may be empty. */
  details: string;

  /** Messages to display; at least one. */
  messages: Message[];

  /** Identifies the request in the gateway's log; also in the `X-Request-Id` header. */
  requestId: string;

  /** Where to sign in; present only if signing in helps. */
  loginUrl?: string;
}
