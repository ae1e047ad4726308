import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Message } from './message.dto.js';

/** One faulty member of a request. */
export class ErrorField {
  /** Path of the member, such as `field1.field2[0].field3`; empty for the body as a whole. */
  field: string;

  /** What is wrong with it, as the end of a sentence that starts with the path. */
  message: string;
}

/** Every answer that is not a success: RFC 9457 problem details that are also the platform's own error. */
@ApiSchema({ name: 'Problem' })
export class ProblemDetails {
  /** URN of the kind of problem; ends in the code. */
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

  /** What programs decide by; stable. */
  code: string;

  /** One sentence for people that says what to do. */
  message: string;

  /** The faulty members of the request; empty where the request as a whole is meant. */
  fields: ErrorField[];

  /** More about the cause; may be empty. */
  details: string;

  /** The same for display, one message or more. */
  messages: Message[];

  /** Names the request in the gateway's log; also in the header `X-Request-Id`. */
  requestId: string;

  /** Where to sign in; only with 401. */
  loginUrl?: string;
}
