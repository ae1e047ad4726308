import { RequestMethod } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PUBLIC } from '../src/auth/caller.js';
import { IDEMPOTENT } from '../src/idempotency/idempotent.decorator.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { expectProblem } from './support/problem.js';

/** All operations that need no session. Justify each addition in the review. */
const FOR_STRANGERS = [
  'GET ',
  'GET auth/callback',
  'GET auth/frontchannel-logout',
  'GET auth/login',
  'GET auth/logout/continue',
  'GET auth/session',
  'GET auth/signed-out',
  'GET health/live',
  'GET health/ready',
  'GET health/startup',
  'POST auth/backchannel-logout',
  'POST auth/logout',
];

/** All POST operations that create nothing and are safe to repeat. Justify each addition in the review. */
const CREATE_NOTHING = [
  'ConnectionsController.initialiseOAuth2Connection', // each call begins a new attempt, which expires
  'ImportController.previewHTTPConnector',
  'ImportController.previewHTTPConnectorVersion',
  'VersionsController.publishConnector',
  'VersionsController.unpublishConnector',
];

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  readonly isApi: boolean;
  readonly isIdempotent: boolean;
}

let gateway: TestGateway;
let routes: Route[];

beforeAll(async () => {
  gateway = await startGateway();
  routes = findRoutes();
});
afterAll(() => gateway.close());

function findRoutes(): Route[] {
  const reflector = gateway.app.get(Reflector);
  const controllers = new DiscoveryService(gateway.app.get(ModulesContainer)).getControllers();
  return controllers.flatMap(({ instance, metatype }) => {
    const type = metatype as new () => object;
    const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (handler === undefined || Reflect.getMetadata('method', handler) === undefined) return [];
      const parts = [Reflect.getMetadata('path', type), Reflect.getMetadata('path', handler)].map(String);
      const path = parts.filter((part) => part !== '/' && part !== '').join('/');
      const method = RequestMethod[Number(Reflect.getMetadata('method', handler))] ?? '';
      const isPublic = Boolean(reflector.getAllAndOverride(PUBLIC, [handler, type]));
      const isIdempotent = Reflect.getMetadata(IDEMPOTENT, handler) !== undefined;
      return [
        {
          name: `${type.name}.${name}`,
          method,
          path,
          isPublic,
          isApi: path !== '' && !/^(auth|health)\b/.test(path),
          isIdempotent,
        },
      ];
    });
  });
}

describe('every route', () => {
  it('O5: requires a session unless it is listed', () => {
    const open = routes.filter(({ isPublic }) => isPublic).map(({ method, path }) => `${method} ${path}`);
    expect(open.toSorted()).toEqual(FOR_STRANGERS);
  });

  it('O5: answers 401 without a session to any input unless it is listed', async () => {
    const guarded = routes.filter(({ isPublic }) => !isPublic);
    expect(guarded.length).toBeGreaterThanOrEqual(49);
    for (const { method, path, isApi } of guarded) {
      const target = `/${isApi ? 'api/connect/v1/' : ''}${path.replaceAll(/:\w+/g, 'x')}`;
      const call = new request.Test(gateway.url, method, target).set('X-CSRF', '1');
      const answer = await (method === 'GET' ? call : call.send({ any: 'thing' }));
      expectProblem(answer, 401, 'unauthenticated');
    }
    expect(gateway.platform.seen).toHaveLength(0);
  });

  it('accepts an Idempotency-Key exactly if it is a POST that creates something', () => {
    const posts = routes.filter(({ method, isApi }) => method === 'POST' && isApi);
    const without = posts.filter(({ isIdempotent }) => !isIdempotent).map(({ name }) => name);
    expect(without.toSorted()).toEqual(CREATE_NOTHING);
    expect(routes.filter(({ method, isIdempotent }) => method !== 'POST' && isIdempotent)).toEqual([]);
  });

  it('has the name of its contract operation, and each operation has one handler', () => {
    const names = routes.filter(({ isApi }) => isApi).map(({ method, path }) => `${method} ${path}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(49);
  });
});
