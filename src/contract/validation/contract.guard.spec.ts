import {
  Body,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  type INestApplication,
  Module,
  Param,
  ParseIntPipe,
  Post,
  Query,
} from '@nestjs/common';
import { APP_GUARD, DiscoveryModule, NestFactory } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { requestOf } from '../../http/exchange.js';
import { PlatformClient } from '../../platform/platform.client.js';
import type { CheckedBody } from './checked-body.js';
import { ContractGuard } from './contract.guard.js';
import { JsonBody, PathParams, QueryParams } from './parameters.js';
import { IsOptional, IsString } from './validators.js';

class Search {
  @IsOptional()
  @IsString()
  word?: string;
}

class Id {
  @IsString()
  id: string;
}

/** Like a tracing or caching library: replaces the method and copies Nest's metadata. */
const Wrapped = (): MethodDecorator => (_prototype, _name, descriptor) => {
  const original = descriptor.value as unknown as (...args: unknown[]) => unknown;
  const wrapper = function wrapper(this: unknown, ...args: unknown[]): unknown {
    return original.apply(this, args);
  };
  for (const key of Reflect.getMetadataKeys(original) as string[])
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
  descriptor.value = wrapper as never;
};

function appOf(controller: new () => object): Promise<INestApplication> {
  @Module({
    imports: [DiscoveryModule],
    controllers: [controller],
    providers: [
      { provide: APP_GUARD, useClass: ContractGuard },
      { provide: PlatformClient, useValue: { assertRoom: () => undefined } },
    ],
  })
  class TestModule {}
  return NestFactory.create(TestModule, { logger: false, abortOnError: false });
}

async function statusOf(controller: new () => object, target: string): Promise<number> {
  return (await answerOf(controller, target))[0];
}

async function answerOf(controller: new () => object, target: string): Promise<[status: number, body: unknown]> {
  const app = await appOf(controller);
  await app.listen(0, '127.0.0.1');
  try {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${target}`);
    return [response.status, await response.json()];
  } finally {
    await app.close();
  }
}

describe('the contract guard', () => {
  it('checks a handler that another decorator has wrapped', async () => {
    @Controller()
    class Things {
      @Wrapped()
      @Get('outside')
      outside(@QueryParams() search: Search): Search {
        return search;
      }

      @Get('inside')
      @Wrapped()
      inside(@QueryParams() search: Search): Search {
        return search;
      }
    }
    // The exception filter that would answer 400 is not part of this application.
    expect(await statusOf(Things, '/outside?word=a')).toBe(200);
    expect(await statusOf(Things, '/outside?typo=1')).toBe(500);
    expect(await statusOf(Things, '/inside?typo=1')).toBe(500);
  });

  it('checks a handler that a controller inherits', async () => {
    abstract class Base {
      @Get('inherited')
      inherited(@QueryParams() search: Search): Search {
        return search;
      }
    }
    @Controller()
    class Things extends Base {}
    expect(await statusOf(Things, '/inherited?word=a')).toBe(200);
    expect(await statusOf(Things, '/inherited?typo=1')).toBe(500);
  });

  it('prevents the application from starting with an unvalidated argument', async () => {
    @Controller()
    class ByQuery {
      @Get()
      list(@Query() search: Search): Search {
        return search;
      }
    }
    @Controller()
    class ByName {
      @Get(':id')
      get(@PathParams() _at: Search, @Param('id') id: string): string {
        return id;
      }
    }
    @Controller()
    class ByBody {
      @Post()
      create(@Body() search: Search): Search {
        return search;
      }
    }
    for (const [controller, message] of [
      [ByQuery, 'Argument 0 of ByQuery.list is not checked: use @QueryParams() with a DTO class.'],
      [ByName, 'Argument 1 of ByName.get is not checked: use @PathParams() with a DTO class.'],
      [
        ByBody,
        'Argument 0 of ByBody.create is not checked: use @JsonBody(Dto), or give @Body() a pipe that checks it.',
      ],
    ] as const) {
      const app = await appOf(controller);
      await expect(app.init()).rejects.toThrow(message);
    }
  });

  it('rejects an argument whose type has no class at run time', () => {
    expect(() => {
      class Things {
        @Get()
        list(@QueryParams() search: { word?: string }): unknown {
          return search;
        }
      }
      return Things;
    }).toThrow('Argument 0 of Things.list needs a DTO class as its type.');
  });

  it('rejects an argument whose class is not loaded yet, as in a circle of imports', () => {
    const prototype = class Things {}.prototype;
    Reflect.defineMetadata('design:paramtypes', [undefined], prototype, 'list');
    expect(() => QueryParams()(prototype, 'list', 0)).toThrow(
      'Argument 0 of Things.list needs a DTO class as its type.',
    );
  });

  it('takes the class of a body from its decorator', async () => {
    @Controller()
    class Things {
      @Post()
      create(@JsonBody(Search) search: CheckedBody<Search>): unknown {
        return search.value;
      }
    }
    const app = await appOf(Things);
    await expect(app.init()).resolves.toBeDefined();
    await app.close();
  });

  it('ignores methods that are no handlers, and arguments that have a pipe or are not of the request', async () => {
    const CallerIp = createParamDecorator((_: unknown, context: ExecutionContext) => requestOf(context).method);
    @Controller()
    class Things {
      @Get('things/:id')
      get(@CallerIp() method: string, @PathParams() at: Id, @Param('id', ParseIntPipe) id: number): unknown {
        return this.describe(method, at, id);
      }

      describe(...values: unknown[]): unknown {
        return values;
      }

      /** Would be refused if it were a handler. */
      unused(@Query() search: Search): unknown {
        return search;
      }
    }
    expect(await answerOf(Things, '/things/7')).toEqual([200, ['GET', { id: '7' }, 7]]);
  });
});
