import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { Config } from '../config/config.js';

/** Whether the gateway calls other servers through a forward proxy. */
export function hasProxy({ httpsProxy, httpProxy }: Config): boolean {
  return httpsProxy !== undefined || httpProxy !== undefined;
}

/**
 * The dispatcher for requests to other servers: direct, or through `HTTPS_PROXY` and `HTTP_PROXY`, except for hosts in
 * `NO_PROXY`.
 */
export function createEgress(config: Config, options: Agent.Options): Dispatcher {
  if (!hasProxy(config)) return new Agent(options);
  const { httpProxy = '', httpsProxy = '', noProxy } = config;
  return new EnvHttpProxyAgent({ ...options, httpProxy, httpsProxy, noProxy });
}

/**
 * Trusts the authorities in `CA_CERTIFICATES` beside the public ones, for every connection of this process.
 * @throws Error that names the file
 */
export function trustCertificates({ caCertificates: file }: Config): void {
  if (file === undefined) return;
  const certificates = readFileSync(file, 'utf8');
  if (!certificates.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error(`CA_CERTIFICATES names ${file}, which holds no certificate in PEM`);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificates]);
}
