import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { Metrics } from '../observability/metrics.js';
import { type GatewayRequest, type GatewayResponse, requestOf } from './exchange.js';
import { describeError, Problem } from './problem.js';
import { sendProblem } from './problem.response.js';

/** Turns whatever was thrown into the one error shape. What nobody foresaw is a 500 that says nothing but its id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  constructor(private readonly metrics: Metrics) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const req = requestOf(host);
    const problem = toProblem(error);
    if (problem.status >= 500) this.report(problem, error, req);
    sendProblem(host.getArgByIndex<GatewayResponse>(1), problem);
  }

  /** What a caller is not told: the reasons behind a 5xx, and where an unforeseen one came from. */
  private report({ status, code, extras }: Problem, error: unknown, req: GatewayRequest): void {
    const { requestId } = req;
    req.failure = code;
    this.metrics.failure(code);
    const stack = status === 500 && error instanceof Error ? error.stack : undefined;
    this.logger[status === 500 ? 'error' : 'warn'](
      { requestId, code, ...describeError(extras.cause ?? error), stack },
      'problem',
    );
  }
}

/** Maps what the framework throws by itself: an unknown route, and whatever a library says with an HTTP status. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === 404)
    return new Problem(404, 'route_not_found', 'There is nothing at this path; /docs lists what there is.', {
      cause: error,
    });
  if (status >= 400 && status < 500)
    return new Problem(status, codeOf(status), `${STATUS_CODES[status]}.`, { cause: error });
  return new Problem(500, 'internal_error', 'The gateway failed; the request id finds the reason in its log.', {
    cause: error,
  });
}

function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : 500;
}

function codeOf(status: number): string {
  return (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[^a-z]+/g, '_');
}
