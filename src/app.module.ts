import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule, RouterModule } from '@nestjs/core';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { ConnectorsModule } from './connectors/connectors.module.js';
import { ContractGuard } from './contract/validation/contract.guard.js';
import { HealthModule } from './health/health.module.js';
import { ImportModule } from './import/import.module.js';
import { LibraryModule } from './library/library.module.js';
import { type Observability, ObservabilityModule } from './observability/observability.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ProtocolsModule } from './protocols/protocols.module.js';
import { AuthModule } from './auth/auth.module.js';
import { SecretReloader } from './secret.reloader.js';
import { SessionGuard } from './auth/session.guard.js';

/** The prefix under which the platform's own paths are served unchanged. */
export const API_PREFIX = 'api/connect/v1';

const RESOURCES = [ConnectorsModule, ConnectionsModule, LibraryModule, ImportModule, ProtocolsModule];

/** The root module of the gateway. */
@Module({})
export class AppModule {
  static of(config: Config, observability: Observability): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        ObservabilityModule.of(observability),
        DiscoveryModule,
        AuthModule,
        HealthModule,
        PlatformModule,
        ...RESOURCES,
        RouterModule.register(RESOURCES.map((module) => ({ path: API_PREFIX, module }))),
      ],
      providers: [
        SecretReloader,
        // In this order: a caller who is not signed in gets a 401 first, whatever else is wrong.
        { provide: APP_GUARD, useExisting: SessionGuard },
        { provide: APP_GUARD, useClass: ContractGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
