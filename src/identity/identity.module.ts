import { Module } from '@nestjs/common';
import { IdentityProvider } from './identity-provider.js';
import { ProviderDiscovery } from './provider.discovery.js';
import { ProviderHttp } from './provider.http.js';
import { TokenVerifier } from './token.verifier.js';

/** The OpenID Connect client. */
@Module({
  providers: [IdentityProvider, ProviderDiscovery, ProviderHttp, TokenVerifier],
  exports: [IdentityProvider, ProviderDiscovery, TokenVerifier],
})
export class IdentityModule {}
