import { Controller, type ExecutionContext, Get, Post } from '@nestjs/common';
import { type DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { GatewayRequest } from '../../http/exchange.js';
import { Problem } from '../../http/problem.js';
import type { PlatformClient } from '../../platform/platform.client.js';
import { CheckedBody } from './checked-body.js';
import { ContractGuard } from './contract.guard.js';
import { JsonBody, PathParams, QueryParams } from './parameters.js';
import { IsOptional, IsString } from './validators.js';

class Id {
  @IsString()
  id: string;
}

class Search {
  @IsOptional()
  @IsString()
  word?: string;
}

/** A request with a JSON body. */
function sent(method: string, body: object): GatewayRequest {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { 'content-type': 'application/json', 'content-length': String(bytes.length) };
  const stream = Readable.from([bytes], { objectMode: false });
  return Object.assign(stream, { method, headers, sendContinue: () => undefined }) as unknown as GatewayRequest;
}

/** Declared anew for each test, so that its decorators run in it. */
function declare() {
  @Controller()
  class Things {
    @Get(':id')
    get(@PathParams() _at: Id, @QueryParams() _search: Search): unknown {
      return undefined;
    }

    @Post()
    create(@JsonBody(Search) _search: CheckedBody<Search>): unknown {
      return undefined;
    }

    @Get()
    all(): unknown {
      return undefined;
    }
  }
  return Things;
}

/** Has room until a test says otherwise. */
const assertRoom = vi.fn<(person: string) => void>();
let Things: ReturnType<typeof declare>;
let guard: ContractGuard;
beforeEach(() => {
  assertRoom.mockReset();
  Things = declare();
  const controllers = [{ instance: new Things(), metatype: Things }];
  const discovery = { getControllers: () => controllers } as unknown as DiscoveryService;
  guard = new ContractGuard(discovery, new MetadataScanner(), { assertRoom } as unknown as PlatformClient);
  guard.onModuleInit();
});

/** Checks a request as Nest does before it calls the handler. */
function admit(req: object, handler: 'get' | 'create' | 'all'): true | Promise<true> {
  return guard.canActivate(contextOf(req, Things.prototype[handler]));
}

function contextOf(req: object, handler: object): ExecutionContext {
  return { getArgByIndex: () => req, getHandler: () => handler } as unknown as ExecutionContext;
}

describe('the check of a request', () => {
  it('covers path and query, which may have known members only', () => {
    expect(admit({ params: { id: '7' }, query: { word: 'a' } }, 'get')).toBe(true);
    for (const [params, query, field] of [
      [{ id: 7 }, {}, 'id'],
      [{ id: '7', more: '1' }, {}, 'more'],
      [{ id: '7' }, { word: ['a', 'b'] }, 'word'],
      [{ id: '7' }, { more: '1' }, 'more'],
    ] as const)
      expect(() => admit({ params, query }, 'get')).toThrow(
        expect.objectContaining({ code: 'invalid_request', message: expect.stringMatching(`^${field} `) }),
      );
  });

  it('covers the body, which a PUT may send with members that a newer platform added', async () => {
    const req = sent('POST', { word: 'a' });
    expect(await admit(req, 'create')).toBe(true);
    expect(assertRoom).not.toHaveBeenCalled();
    expect(req.body).toEqual(new CheckedBody({ word: 'a' }, Buffer.from('{"word":"a"}')));
    await expect(admit(sent('POST', { more: 1 }), 'create')).rejects.toMatchObject({
      message: 'more is not known here; leave it out (known: word).',
    });
    expect(await admit(sent('PUT', { more: 1 }), 'create')).toBe(true);
    await expect(admit(sent('PUT', { word: 1 }), 'create')).rejects.toMatchObject({
      message: 'word must be a string.',
    });
  });

  it('does not read a body for a person whose calls would be refused', async () => {
    const refusal = new Problem('platform_busy');
    assertRoom.mockImplementationOnce(() => {
      throw refusal;
    });
    const req = Object.assign(sent('POST', { word: 1 }), { person: 'ann' });
    expect(() => admit(req, 'create')).toThrow(refusal);
    expect(assertRoom).toHaveBeenCalledExactlyOnceWith('ann');
    expect(req.readableDidRead).toBe(false);
    assertRoom.mockClear();
    await expect(admit(Object.assign(sent('POST', { word: 1 }), { person: 'ann' }), 'create')).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('lets a handler pass that takes nothing, whatever the request has', () => {
    expect(admit({ params: { id: 7 }, query: { more: '1' } }, 'all')).toBe(true);
  });

  it('fails for a handler that it has not seen', () => {
    expect(() => guard.canActivate(contextOf({}, { name: 'late' }))).toThrow('late was registered after start-up');
  });
});
