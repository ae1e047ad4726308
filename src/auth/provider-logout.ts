import { Injectable, Logger } from '@nestjs/common';
import { digest } from '../crypto/keyring.js';
import { Problem } from '../http/problem.js';
import { ProviderDiscovery } from '../identity/provider.discovery.js';
import { describeFailure, TokenRefused } from '../identity/provider.failure.js';
import { LOGOUT_TOKEN_SECONDS, TokenVerifier } from '../identity/token.verifier.js';
import { Metrics } from '../observability/metrics.js';
import { SessionEndings } from '../session/session.endings.js';
import { RecordStore } from '../store/record.store.js';

/** The identity provider tells the gateway that a person has signed out there. */
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
   * OpenID Connect Back-Channel Logout 1.0: ends the sessions that a logout token names; it is fine for there to be none.
   * @throws Problem 400 `invalid_logout_token` for everything that is not a fresh one for us (section 2.6) | 503 while
   * the provider's keys cannot be fetched, or the store does not answer
   */
  async receiveToken(logoutToken: string, requestId: string): Promise<void> {
    try {
      const { jti, sid, sub } = await this.verifier.logoutToken(logoutToken);
      const used = `jti:${digest(jti)}`;
      if ((await this.records.rememberedFor(used)) > 0) throw new TokenRefused('the token was used before', undefined);
      await this.endings.endByProvider({ sid, sub });
      // Used once it has done its work: a provider that was told 503 comes back with the same token.
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
   * sends no cookie of ours. The provider's session id, which only the provider and the gateway know, names the sessions that end.
   * @returns the provider's origin, whose page may frame the answer
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
