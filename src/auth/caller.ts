import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { type GatewayRequest, requestOf } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import type { CallerIdentity } from '../session/caller-identity.js';

/** A request that the session guard has admitted. */
export type AuthenticatedRequest = GatewayRequest & { caller?: CallerIdentity };

/** Type of the first argument of every handler that calls the platform. */
export type Caller = CallerIdentity;

/** The caller, set by the session guard. */
// oxlint-disable-next-line typescript/no-redeclare -- one name for the decorator and for what it gives
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerIdentity => {
  const { caller }: AuthenticatedRequest = requestOf(context);
  if (caller === undefined) throw new Problem('unauthenticated');
  return caller;
});

export const PUBLIC = 'session:public';

/** A route that is open to callers who are not signed in. A test holds the short list of them. */
export const Public = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(PUBLIC, true), ApiSecurity({}));

/** Tells the API document that an operation does not check the origin of a request. */
export const ANY_ORIGIN_EXTENSION = 'x-any-origin';

export const NAVIGATION = 'session:navigation';

/** A route that another site may navigate a browser to, by a link or a redirect; it changes nothing for the caller. */
export const Navigation = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(NAVIGATION, true), ApiExtension(ANY_ORIGIN_EXTENSION, true));

export const WITHOUT_EXTENDING = 'session:without-extending';

/** A route that a page may poll without extending its session. */
export const WithoutExtending = (): ClassDecorator & MethodDecorator => SetMetadata(WITHOUT_EXTENDING, true);

export const FROM_SERVERS = 'session:from-servers';

/** A route that servers call, not browsers, and that authenticates its caller itself. */
export const FromServers = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(FROM_SERVERS, true), ApiExtension(ANY_ORIGIN_EXTENSION, true));
