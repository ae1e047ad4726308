import { type ArgumentsHost, Catch } from '@nestjs/common';
import { type GatewayResponse, requestOf } from '../http/exchange.js';
import { isNavigation } from '../http/page.js';
import { ProblemFilter } from '../http/problem.filter.js';
import type { Problem } from '../http/problem.js';
import { sendFailedPage } from './pages.js';

/** For routes that a browser's window is led to: a person gets a page, a script the same problem as everywhere. */
@Catch()
export class SignInFilter extends ProblemFilter {
  protected override send(problem: Problem, host: ArgumentsHost): void {
    const req = requestOf(host);
    if (!isNavigation(req)) return super.send(problem, host);
    sendFailedPage(req, host.getArgByIndex<GatewayResponse>(1), problem);
  }
}
