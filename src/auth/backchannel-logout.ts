import { Injectable } from '@nestjs/common';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { Config } from '../config/config.js';
import { Problem } from '../http/problem.js';
import { IdentityProvider } from '../identity/identity-provider.js';
import { ALGORITHMS } from '../identity/id-token.verifier.js';
import { SessionEndings } from '../session/session.endings.js';
import { digest } from '../crypto/keyring.js';
import { RecordStore } from '../store/record.store.js';

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** How old a logout token may be, and so how long its id must be remembered. */
const MAX_AGE_SECONDS = 300;

/** OpenID Connect Back-Channel Logout 1.0: the provider tells us that a person has left. */
@Injectable()
export class BackchannelLogout {
  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly endings: SessionEndings,
    private readonly records: RecordStore,
  ) {}

  /**
   * Ends the sessions that a logout token names; it is fine for there to be none.
   * @throws Problem 400 `invalid_logout_token` for everything that is not a fresh one for us (section 2.6) | 503 while
   * the provider's keys cannot be had
   */
  async receive(logoutToken: string): Promise<void> {
    const claims = await this.verify(logoutToken);
    const { jti, sid, sub } = claims;
    if (typeof jti !== 'string') throw invalid('it has no jti');
    if (!isLogoutEvent(claims['events'])) throw invalid('its events do not say that it is a logout');
    if (claims['nonce'] !== undefined) throw invalid('it has a nonce, as id_tokens have');
    if (typeof sid !== 'string' && typeof sub !== 'string') throw invalid('it names neither a session nor a person');
    const used = `jti:${digest(jti)}`;
    if ((await this.records.rememberedFor(used)) > 0) throw invalid('it was used before');
    await this.endings.endByProvider({ sid: typeof sid === 'string' ? sid : undefined, sub });
    // Used once it has done its work: a provider that was told 503 comes back with the same token.
    await this.records.rememberOnce(used, 2 * MAX_AGE_SECONDS * 1000);
  }

  private async verify(logoutToken: string): Promise<JWTPayload> {
    const { oidcIssuer, oidcClientId } = this.config;
    try {
      const { payload } = await jwtVerify(logoutToken, this.provider.keyFor, {
        issuer: [oidcIssuer.href, oidcIssuer.href.replace(/\/$/, '')],
        audience: oidcClientId,
        algorithms: [...ALGORITHMS],
        typ: 'logout+jwt',
        maxTokenAge: MAX_AGE_SECONDS,
        clockTolerance: 30,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw invalid(error.message);
      throw error;
    }
  }
}

function isLogoutEvent(events: unknown): boolean {
  const event = (events as Record<string, unknown> | null | undefined)?.[LOGOUT_EVENT];
  return typeof event === 'object' && event !== null;
}

function invalid(reason: string): Problem {
  return new Problem('invalid_logout_token', {
    message: `The logout token is not valid: ${reason}.`,
    members: { error: 'invalid_request' },
  });
}
