import { Injectable, Logger } from '@nestjs/common';
import { digest } from '../crypto/keyring.js';
import { Problem } from '../http/problem.js';
import { ProviderDiscovery } from '../identity/provider.discovery.js';
import { describeFailure, TokenRefused } from '../identity/provider.failure.js';
import { LOGOUT_TOKEN_SECONDS, TokenVerifier } from '../identity/token.verifier.js';
import { Metrics } from '../observability/metrics.js';
import { SessionEndings } from '../session/session.endings.js';
import { RecordStore } from '../store/record.store.js';

/** Handles logout notifications from the identity provider. */
@Injectable()
export class ProviderLogout {
  private readonly logger = new Logger('ProviderLogout');

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly discovery: ProviderDiscovery,
    private readonly endings: SessionEndings,
    private readonly records: RecordStore,
    private readonly metrics: Metrics,
  ) {}

  /**
   * OpenID Connect Back-Channel Logout 1.0: ends the sessions that a logout token names; there may be none.
   * @throws Problem 400 `invalid_logout_token` for anything but a fresh logout token for this client (section 2.6) | 503
   * while the provider's keys cannot be fetched or the store does not answer
   */
  async receiveToken(logoutToken: string, requestId: string): Promise<void> {
    try {
      const { jti, sid, sub } = await this.verifier.logoutToken(logoutToken);
      const used = `jti:${digest(jti)}`;
      if ((await this.records.rememberedUntil(used)) > 0)
        throw new TokenRefused('the token was used before', undefined);
      await this.endings.endByProvider({ sid, sub });
      // Marked as used only after success: a provider that got a 503 retries with the same token.
      await this.records.rememberOnce(used, 2 * LOGOUT_TOKEN_SECONDS * 1000);
      this.metrics.providerLogout('back', 'accepted');
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      this.metrics.providerLogout('back', 'refused');
      this.logger.warn({ requestId, ...describeFailure(error) }, 'a logout token was refused');
      throw new Problem('invalid_logout_token', {
        message: `The logout token is not valid: ${error.message}.`,
        members: { error: 'invalid_request' },
      });
    }
  }

  /**
   * OpenID Connect Front-Channel Logout 1.0: the provider's logout page loads this address in a frame, where the browser
   * sends none of our cookies. The provider's session id, known only to the provider and the gateway, names the sessions to end.
   * @returns the provider's origin, whose page may frame the response
   * @throws Problem 400 `invalid_frontchannel_logout` without this provider's `iss` and a `sid`
   */
  async receiveFrame(iss: unknown, sid: unknown, requestId: string): Promise<string> {
    const { metadata } = await this.discovery.found();
    if (iss !== metadata.issuer || typeof sid !== 'string' || sid === '') {
      this.metrics.providerLogout('front', 'refused');
      const received = typeof iss === 'string' ? iss.slice(0, 256) : 'none';
      this.logger.warn(
        { requestId, expectedIssuer: metadata.issuer, receivedIssuer: received, hasSid: typeof sid === 'string' },
        'a front-channel logout was refused',
      );
      throw new Problem('invalid_frontchannel_logout');
    }
    await this.endings.endByFrame(sid);
    this.metrics.providerLogout('front', 'accepted');
    return new URL(metadata.issuer).origin;
  }
}
