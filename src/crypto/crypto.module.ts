import { Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { KEYRING, Keyring } from './keyring.js';

/** The gateway's own keys. */
@Module({
  providers: [{ provide: KEYRING, inject: [Config], useFactory: createKeyring }],
  exports: [KEYRING],
})
export class CryptoModule {}

function createKeyring(config: Config): Keyring {
  const keyring = new Keyring(config.sessionKeys);
  config.onReload(() => keyring.replace(config.sessionKeys));
  return keyring;
}
