import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GatewayRequest } from '../server/exchange.js';
import { check } from './check.js';
import { classesOf } from './parameters.js';

/**
 * Checks path and query against the classes that the handler declares. Not a pipe, as the body's check is: Nest makes
 * three promises for each parameter that a pipe might want to see, 4 to 5 µs a request, and these two are there already.
 */
@Injectable()
export class ContractGuard implements CanActivate {
  /** @throws Problem 400 `invalid_request` | 400 `malformed_query` */
  canActivate(context: ExecutionContext): true {
    const classes = classesOf(context.getHandler());
    if (classes === undefined) return true;
    const req = context.switchToHttp().getRequest<GatewayRequest>();
    if (classes.path !== undefined) check(classes.path, req.params, 'closed');
    if (classes.query !== undefined) check(classes.query, req.query, 'closed');
    return true;
  }
}
