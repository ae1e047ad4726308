import { Controller, type ExecutionContext, Module, Post } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Socket } from 'node:net';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { bearerOf, clientOf } from '../../test/support/unit/platform.client.js';
import { configOf } from '../../test/support/unit/settings.js';
import type { AuthenticatedRequest } from '../auth/caller.js';
import { GatewayRequest, GatewayResponse, Responder } from '../http/exchange.js';
import { path } from '../platform/path.js';
import { IdempotencyService } from './idempotency.service.js';
import type { IdempotencyStore } from './idempotency.store.js';
import { IdempotentCall } from './idempotent.call.js';
import { Idempotent, IdempotencyGuard } from './idempotent.decorator.js';
import { type IdempotentOperation, PreparedCall } from './idempotent.operation.js';

const PLATFORM = 'http://127.0.0.1:9/api';
const ANN = bearerOf('ann');
const TO = path`/o/${'acme'}/connectors`;

@Controller()
class Things {
  @Post('by-path')
  @Idempotent()
  byPath(): void {
    // Only what is declared for it counts.
  }

  @Post('by-scope')
  @Idempotent({ scope: ({ organisation_id: organisation = '' }) => [organisation, 'imports'] })
  byScope(): void {
    // Only what is declared for it counts.
  }
}

class Upload extends PreparedCall {
  readonly to = TO;

  prepare(): Promise<IdempotentOperation> {
    return expect.unreachable();
  }
}

class Page extends Responder {
  sendTo(): Promise<unknown> {
    return expect.unreachable();
  }
}

const client = clientOf(PLATFORM);
const service = new IdempotencyService(configOf(), {} as IdempotencyStore);
const guard = new IdempotencyGuard(service, new Reflector());
afterAll(() => client.onApplicationShutdown());

/** A request that the guard lets pass, as it is when the handler is called. */
function admit(request: Partial<AuthenticatedRequest>, handler: keyof Things = 'byPath'): GatewayResponse {
  const req: AuthenticatedRequest = new GatewayRequest(new Socket());
  const res = new GatewayResponse(req);
  Object.assign(req, { res, caller: ANN, ...request });
  const context = {
    getArgByIndex: () => req,
    getHandler: () => Things.prototype[handler],
  } as unknown as ExecutionContext;
  expect(guard.canActivate(context)).toBe(true);
  return res;
}

describe('a route that takes an Idempotency-Key', () => {
  it('makes the call of its handler once for the caller and the key', () => {
    const once = vi.spyOn(service, 'once');
    const { replacesResponder } = admit({ headers: { 'idempotency-key': '"k"' } });
    for (const call of [client.post(ANN, TO), new Upload()]) {
      expect(replacesResponder?.(call)).toBeInstanceOf(IdempotentCall);
      expect(once).toHaveBeenLastCalledWith(ANN, 'k', call, undefined);
    }
  });

  it('may give its keys a scope by the parameters of its path', () => {
    const once = vi.spyOn(service, 'once');
    const request = { headers: { 'idempotency-key': 'k' }, params: { organisation_id: 'acme' } };
    const { replacesResponder } = admit(request, 'byScope');
    const call = client.post(ANN, TO);
    replacesResponder?.(call);
    expect(once).toHaveBeenLastCalledWith(ANN, 'k', call, ['acme', 'imports']);
  });

  it('leaves requests alone that have no key, or no caller', () => {
    expect(admit({ headers: {} }).replacesResponder).toBeUndefined();
    const headers = { 'idempotency-key': 'k' };
    expect(admit({ headers, caller: undefined }).replacesResponder).toBeUndefined();
    expect(admit({ headers, res: undefined }).replacesResponder).toBeUndefined();
  });

  it('refuses a key that is none', () => {
    expect(() => admit({ headers: { 'idempotency-key': 'a b' } })).toThrow(
      expect.objectContaining({ code: 'invalid_idempotency_key' }),
    );
  });

  it('cannot return anything but a call', () => {
    const { replacesResponder } = admit({ headers: { 'idempotency-key': 'k' } });
    expect(() => replacesResponder?.(new Page())).toThrow(
      'a handler marked @Idempotent() must return a PlatformCall or a PreparedCall',
    );
  });

  it('is guarded, and documents the header', async () => {
    @Module({ controllers: [Things], providers: [{ provide: IdempotencyService, useValue: service }] })
    class TestModule {}
    const app = await NestFactory.create(TestModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    const canActivate = vi.spyOn(IdempotencyGuard.prototype, 'canActivate').mockReturnValue(true);
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    const schema = { type: 'string', minLength: 1, maxLength: 255 };
    for (const route of ['/by-path', '/by-scope']) {
      await fetch((await app.getUrl()) + route, { method: 'POST' });
      expect(document.paths[route]?.post?.parameters).toEqual([
        { in: 'header', name: 'Idempotency-Key', required: false, schema, description: expect.any(String) },
      ]);
    }
    expect(canActivate).toHaveBeenCalledTimes(2);
    await app.close();
  });
});
