import 'reflect-metadata';
import { Reflector } from '@nestjs/core';
import type { ExecutionContext } from '@nestjs/common';
import { AuthController } from '../../../src/auth/auth.controller.js';
import { AuthModule } from '../../../src/auth/auth.module.js';
import type { AuthenticatedRequest } from '../../../src/auth/caller.js';
import { ProviderLogout } from '../../../src/auth/provider-logout.js';
import { SessionGuard } from '../../../src/auth/session.guard.js';
import { SignIn } from '../../../src/auth/sign-in.js';
import { Config } from '../../../src/config/config.js';
import { Problem } from '../../../src/http/problem.js';
import { IdempotencyModule } from '../../../src/idempotency/idempotency.module.js';
import { IdempotencyService } from '../../../src/idempotency/idempotency.service.js';
import { IdentityProvider } from '../../../src/identity/identity-provider.js';
import { ProviderDiscovery } from '../../../src/identity/provider.discovery.js';
import { TokenVerifier } from '../../../src/identity/token.verifier.js';
import { AuditLog } from '../../../src/observability/audit.log.js';
import { Metrics } from '../../../src/observability/metrics.js';
import type { LogSink } from '../../../src/observability/log.writer.js';
import { path } from '../../../src/platform/path.js';
import { PlatformClient } from '../../../src/platform/platform.client.js';
import { Container } from '../engine/container.js';
import type { SimProcess } from '../engine/sim.process.js';
import type { SimResponse } from './exchange.js';
import { SimIdentityClient, SimTokenVerifier } from './identity.client.js';
import type { Network } from './network.js';
import type { Platform } from './platform.js';
import type { Provider } from './provider.js';

/** What a request is for. */
export type Route =
  | { readonly kind: 'get' | 'post'; readonly item: string; readonly key?: string | undefined }
  | { readonly kind: 'login' | 'callback' | 'logout' | 'status' | 'end all' }
  | { readonly kind: 'end one'; readonly id: string }
  | { readonly kind: 'provider logout'; readonly token: string };

/** What stands around the replicas. */
export interface Surroundings {
  readonly config: Config;
  readonly provider: Provider;
  readonly platform: Platform;
  readonly network: Network;
}

const metrics = new Metrics();
// All replicas share these; what each would register of its own is left out, so that nothing is kept of a schedule.
Object.assign(metrics.registry, { registerMetric: () => undefined });
const { calls, storeCommands } = metrics;
for (const histogram of [calls, storeCommands]) {
  const source = histogram.source();
  Object.assign(histogram, { source: () => source });
}
const audit = new AuditLog('https://provider.example', { write: () => true } as unknown as LogSink);
const reflector = new Reflector();

/** A route without marks of its own, as the guard sees it. */
class ApiRoutes {}
const handler = (): void => undefined;

/** One gateway: the real classes, wired as the real modules say, with the outside world simulated. */
export class Replica {
  private constructor(
    readonly process: SimProcess,
    private readonly guard: SessionGuard,
    private readonly auth: AuthController,
    private readonly signIn: SignIn,
    private readonly providerLogout: ProviderLogout,
    private readonly platform: PlatformClient,
    private readonly idempotency: IdempotencyService,
  ) {}

  /** To be called as the process. */
  static async start(process: SimProcess, { config, provider, platform, network }: Surroundings): Promise<Replica> {
    const parts = new Map<unknown, unknown>([
      [Config, config],
      [Metrics, metrics],
      [AuditLog, audit],
      [Reflector, reflector],
      [IdentityProvider, new SimIdentityClient(process, provider, network)],
      [TokenVerifier, new SimTokenVerifier(provider)],
      [ProviderDiscovery, undefined],
    ]);
    const container = new Container([AuthModule, IdempotencyModule], parts);
    const client = await container.get<PlatformClient>(PlatformClient);
    Object.assign(client['upstream'], { pool: platform.pool() });
    return new Replica(
      process,
      await container.get<SessionGuard>(SessionGuard),
      await container.get<AuthController>(AuthController),
      await container.get<SignIn>(SignIn),
      await container.get<ProviderLogout>(ProviderLogout),
      client,
      await container.get<IdempotencyService>(IdempotencyService),
    );
  }

  /** Answers a request as the gateway's pipeline does: guard, handler, problem. */
  async handle(route: Route, res: SimResponse): Promise<void> {
    try {
      await this.serve(route, res);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      res.send(error.status, error.code);
    }
  }

  private async serve(route: Route, res: SimResponse): Promise<void> {
    const req = res.req as AuthenticatedRequest;
    switch (route.kind) {
      case 'login': {
        const { url, cookies } = await this.signIn.start({ returnTo: '/docs' }, req);
        res.setHeader('Set-Cookie', cookies);
        return res.send(302, undefined, url);
      }
      case 'callback': {
        const { url, cookies } = await this.signIn.finish(req);
        res.setHeader('Set-Cookie', cookies);
        return res.send(303, undefined, url);
      }
      case 'logout':
        await this.auth.logout({}, req, res.asGateway);
        return res.send(200, undefined);
      case 'provider logout':
        await this.providerLogout.receiveToken(route.token, req.requestId);
        return res.send(200, undefined);
      case 'status':
        return res.send(200, undefined, JSON.stringify(await this.auth.session(req, res.asGateway)));
      default:
        return this.serveCaller(route, req, res);
    }
  }

  private async serveCaller(route: Route, req: AuthenticatedRequest, res: SimResponse): Promise<void> {
    await this.guard.canActivate(contextOf(req));
    const { caller } = req;
    if (caller === undefined) throw new Error('the guard let a stranger in');
    if (route.kind === 'end all') {
      await this.auth.endAll(caller, res.asGateway);
      return res.send(204, undefined);
    }
    if (route.kind === 'end one') {
      await this.auth.endOne(caller, { id: route.id });
      return res.send(204, undefined);
    }
    if (route.kind === 'get')
      return void (await this.platform.get(caller, path`/o/${route.item}`).sendTo(res.asGateway));
    if (route.kind !== 'post') throw new Error(`no handler for ${route.kind}`);
    const call = this.platform.post(caller, path`/o/${route.item}`);
    const { key } = route;
    await (key === undefined ? call : this.idempotency.once(caller, key, call)).sendTo(res.asGateway);
  }
}

function contextOf(req: AuthenticatedRequest): ExecutionContext {
  return {
    getHandler: () => handler,
    getClass: () => ApiRoutes,
    getArgByIndex: () => req,
  } as unknown as ExecutionContext;
}
