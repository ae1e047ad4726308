import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import type { AuthenticatedRequest } from '../auth/caller.js';
import { requestOf, type Responder } from '../http/exchange.js';
import { PlatformCall } from '../platform/platform.call.js';
import { KEY_HEADER, readKey } from './idempotency-key.js';
import { IdempotencyService } from './idempotency.service.js';
import { PreparedCall } from './idempotent.operation.js';

const KEY = KEY_HEADER.toLowerCase();

/** Metadata key of routes that take an `Idempotency-Key`. */
export const IDEMPOTENT = 'idempotency:scope';

interface IdempotentOptions {
  /** What a key belongs to, besides its caller, from the path's parameters. Default: the method and path of the call. */
  readonly scope?: (params: Readonly<Record<string, string | undefined>>) => readonly string[];
}

/**
 * Makes the call of a route at most once per caller and key. Replaces the handler's result before it is sent; an
 * interceptor would do the same at the cost of an Observable for every request, with or without a key.
 */
@Injectable()
export class IdempotencyGuard implements CanActivate {
  constructor(
    private readonly idempotency: IdempotencyService,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  /** @throws Problem 400 `invalid_idempotency_key` */
  canActivate(context: ExecutionContext): true {
    const req: AuthenticatedRequest = requestOf(context);
    const header = req.headers[KEY];
    if (header === undefined || req.res === undefined || req.caller === undefined) return true;
    const { caller, params } = req;
    const key = readKey(String(header));
    const { scope } = this.reflector.get<IdempotentOptions>(IDEMPOTENT, context.getHandler());
    req.res.replacesResponder = (call) => this.idempotency.once(caller, key, asCall(call), scope?.(params));
    return true;
  }
}

/**
 * Marks a route that creates something: a request with an `Idempotency-Key` takes effect at most once, and repeats get
 * the first answer. The handler returns a `PlatformCall`, or a `PreparedCall` when its body must be received first.
 * @example
 * @Post()
 * @Idempotent()
 * createAction(…) { return this.platform.post(caller, actions(at), action); }
 */
export function Idempotent(options: IdempotentOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENT, options),
    UseGuards(IdempotencyGuard),
    ApiHeader({
      name: KEY_HEADER,
      required: false,
      description: DESCRIPTION,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
}

const DESCRIPTION =
  'A string of your own, such as a UUID, one for each thing to create. A repeat with the same key and body within 24 ' +
  'hours gets the first answer again, with `Idempotency-Replayed: true`. 409: the first request is still in progress, or ' +
  'its outcome is unknown; 422: the key was used for another request.';

function asCall(responder: Responder): PlatformCall | PreparedCall {
  if (responder instanceof PlatformCall || responder instanceof PreparedCall) return responder;
  throw new TypeError('a handler marked @Idempotent() must return a PlatformCall or a PreparedCall');
}
