import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { type GatewayRequest, type GatewayResponse, requestOf } from './exchange.js';
import { describeError, Problem } from './problem.js';
import { sendProblem } from './problem.response.js';

/** Turns everything that is thrown into a problem. An unexpected error is a 500 that reveals only its request id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const req = requestOf(host);
    const problem = toProblem(error);
    if (problem.status >= 500) this.report(problem, error, req);
    this.send(problem, host);
  }

  protected send(problem: Problem, host: ArgumentsHost): void {
    sendProblem(host.getArgByIndex<GatewayResponse>(1), problem);
  }

  /** Logs what the client does not see: the causes of a 5xx, and the stack of a 500. */
  private report({ status, code, extras }: Problem, error: unknown, req: GatewayRequest): void {
    const { requestId, operation, span } = req;
    const stack = status === 500 && error instanceof Error ? error.stack : undefined;
    this.logger[status === 500 ? 'error' : 'warn'](
      { requestId, traceId: span?.traceId, operation, code, ...describeError(extras.cause ?? error), stack },
      'problem',
    );
  }
}

/** Maps what the framework and its libraries throw by themselves: an unknown route, or an error with an HTTP status. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === 404) return new Problem('route_not_found', { cause: error });
  if (status >= 400 && status < 500) return new FrameworkProblem(status, error);
  return new Problem('internal_error', { cause: error });
}

/** A 4xx of the framework or a library, such as a `Range` that no file of /docs satisfies; the status names its code. */
class FrameworkProblem extends Problem {
  override readonly code: string;

  constructor(
    override readonly status: number,
    cause: unknown,
  ) {
    const title = STATUS_CODES[status] ?? 'Error';
    super('internal_error', { message: `${title}.`, cause });
    this.code = title.toLowerCase().replaceAll(/[^a-z]+/g, '_');
  }
}

function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : 500;
}
