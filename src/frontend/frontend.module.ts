import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Config } from '../config/config.js';
import type { GatewayAdapter } from '../http/adapter/gateway.adapter.js';
import { Frontend } from './frontend.js';

/** Injection token of the `Frontend`; undefined without `FRONTEND_DIR`. */
export const FRONTEND = Symbol('FRONTEND');

/** Serves `FRONTEND_DIR` where no route matches. */
@Module({
  providers: [
    {
      provide: FRONTEND,
      inject: [Config],
      // The origins that the preview of an import reads from are those that documents are uploaded to.
      useFactory: ({ frontendDir, platformUrl, importOrigins }: Config) =>
        frontendDir === undefined ? undefined : new Frontend(frontendDir, [platformUrl.origin, ...importOrigins]),
    },
  ],
  exports: [FRONTEND],
})
export class FrontendModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<GatewayAdapter>,
    @Inject(FRONTEND) private readonly frontend: Frontend | undefined,
  ) {}

  onModuleInit(): void {
    if (this.frontend !== undefined) this.host.httpAdapter.serveUnmatched(this.frontend.handler);
  }
}
