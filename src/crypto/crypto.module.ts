import { Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { KEYRING, Keyring } from './keyring.js';

/** The gateway's own keys. */
@Module({
  providers: [
    { provide: KEYRING, inject: [Config], useFactory: ({ sessionKeys }: Config) => new Keyring(sessionKeys) },
  ],
  exports: [KEYRING],
})
export class CryptoModule {}
