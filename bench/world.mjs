import { LOAD_CORE } from './machine.mjs';
import { startServer } from './processes.mjs';

/**
 * What every subject is between: a platform, and an identity provider.
 * @param {string} [platform] the server that is the platform
 * @param {object} [env] its settings
 */
export async function startWorld(platform = 'upstream.mjs', env = {}) {
  const upstream = await startServer(platform, { core: LOAD_CORE, env });
  const identity = await startServer('identity.mjs', { core: LOAD_CORE });
  const { token } = await (await fetch(`${identity.url}/sample-token`)).json();
  return { upstream, upstreamUrl: upstream.url, issuer: identity.url, token };
}
