import { type ArgumentsHost, Catch } from '@nestjs/common';
import { type GatewayResponse, requestOf } from '../http/exchange.js';
import { isNavigation } from '../http/page.js';
import { ProblemFilter } from '../http/problem.filter.js';
import type { Problem } from '../http/problem.js';
import { sendFailedPage } from './pages.js';

/** Error responses for routes that a browser navigates to: HTML for a person, the usual problem document for a script. */
@Catch()
export class SignInFilter extends ProblemFilter {
  protected override send(problem: Problem, host: ArgumentsHost): void {
    const req = requestOf(host);
    if (!isNavigation(req)) return super.send(problem, host);
    sendFailedPage(req, host.getArgByIndex<GatewayResponse>(1), problem);
  }
}
