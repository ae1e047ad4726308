import { Metrics } from '../../../src/observability/metrics.js';
import { PlatformClient } from '../../../src/platform/platform.client.js';
import type { Bearer } from '../../../src/platform/platform.request.js';
import { configOf } from './settings.js';

/** A client of this platform. Close it with `onApplicationShutdown`. */
export function clientOf(
  platformUrl: string,
  settings: Readonly<Record<string, string>> = {},
  metrics = new Metrics(),
): PlatformClient {
  return new PlatformClient(configOf({ PLATFORM_URL: platformUrl, ...settings }), metrics);
}

/** A caller with this token, and no newer one. */
export function bearerOf(subject: string, token = `token of ${subject}`): Bearer {
  return { subject, token, freshToken: () => token, renew: () => Promise.resolve(undefined) };
}
