import {
  Controller,
  Get,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Post,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { GatewayAdapter } from './gateway.adapter.js';
import { RequestGate } from './request.gate.js';

@Controller('api/things')
class Things {
  @Get(':id')
  get(): object {
    return { from: 'get' };
  }

  @Post()
  create(): object {
    return { from: 'create' };
  }
}

@Module({ controllers: [Things] })
class Plain {}

function record(req: Request, res: Response, next: NextFunction): void {
  res.setHeader('X-Middleware', `${req.method} ${req.originalUrl}`);
  next();
}

@Module({ controllers: [Things] })
class WithMiddleware implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(record).forRoutes('*splat');
  }
}

@Module({ controllers: [Things] })
class WithMiddlewareOfOneRoute implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(record).exclude({ path: 'api/things', method: 1 }).forRoutes(Things);
  }
}

@Module({ controllers: [Things] })
class WithRefusal implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply((_req: Request, res: Response) => res.status(451).end()).forRoutes(Things);
  }
}

const MODES: [string, (app: INestApplication) => unknown][] = [
  ['with a route that was registered before the modules', (app) => app.getHttpAdapter().get('/docs', () => undefined)],
  ['without CORS', () => undefined],
  ['with CORS', (app) => app.enableCors({ origin: ['https://app.example'] })],
  ['with app.use()', (app) => app.use((_req: Request, _res: Response, next: NextFunction) => next())],
];

async function withApp(
  module: new () => object,
  prepare: (app: INestApplication) => unknown,
  test: (url: string) => Promise<void>,
): Promise<void> {
  const gate = new RequestGate(new URL('http://127.0.0.1'));
  gate.check = () => undefined;
  const adapter = new GatewayAdapter(gate, { observe: () => undefined }, [], '/api/');
  const app = await NestFactory.create(module, adapter, { logger: false, bodyParser: false, abortOnError: false });
  prepare(app);
  await app.listen(0, '127.0.0.1');
  try {
    await test(`http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`);
  } finally {
    await app.close();
  }
}

/** Registers global middleware after a route; Express would never run it for that route. */
function registerLate(app: INestApplication): void {
  app.getHttpAdapter().get('/docs', () => undefined);
  app.use('/elsewhere', record);
  app.use(record);
}

it('rejects middleware registered after the routes, which would never run for them', async () => {
  await expect(withApp(Plain, registerLate, async () => undefined)).rejects.toThrow('before the first route');
});

describe.concurrent.each(MODES)('the adapter, %s', (_mode, prepare) => {
  it('runs the middleware of a module for every route', async () => {
    await withApp(WithMiddleware, prepare, async (url) => {
      const got = await fetch(`${url}/api/things/7`);
      const posted = await fetch(`${url}/api/things`, { method: 'POST' });
      expect([got.headers.get('x-middleware'), await got.json()]).toEqual(['GET /api/things/7', { from: 'get' }]);
      expect([posted.headers.get('x-middleware'), await posted.json()]).toEqual([
        'POST /api/things',
        { from: 'create' },
      ]);
    });
  });

  it('runs the middleware of one controller for its routes, except the excluded ones', async () => {
    await withApp(WithMiddlewareOfOneRoute, prepare, async (url) => {
      const got = await fetch(`${url}/api/things/7`);
      const posted = await fetch(`${url}/api/things`, { method: 'POST' });
      expect([got.headers.get('x-middleware'), got.status]).toEqual(['GET /api/things/7', 200]);
      expect([posted.headers.get('x-middleware'), posted.status]).toEqual([null, 201]);
    });
  });

  it('lets middleware answer in place of the handler', async () => {
    await withApp(WithRefusal, prepare, async (url) => {
      expect((await fetch(`${url}/api/things/7`)).status).toBe(451);
    });
  });

  it('serves routes without middleware', async () => {
    await withApp(Plain, prepare, async (url) => {
      expect(await (await fetch(`${url}/api/things/7`)).json()).toEqual({ from: 'get' });
    });
  });
});
