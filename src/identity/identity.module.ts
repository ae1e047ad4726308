import { Module } from '@nestjs/common';
import { IdentityProvider } from './identity-provider.js';
import { IdTokenStrategy } from './id-token.verifier.js';

/** The OpenID Connect client. */
@Module({ providers: [IdentityProvider, IdTokenStrategy], exports: [IdentityProvider, IdTokenStrategy] })
export class IdentityModule {}
