import { theUniverse, trueTime } from '../engine/globals.js';
import type { SimProcess } from '../engine/sim.process.js';

/** What one sign-in gave the gateway: tokens that follow one another. */
export interface Grant {
  readonly number: number;
  readonly subject: string;
  readonly providerSession: string;
  readonly code: string;
  /** The refresh token that is good now. */
  current: string;
  readonly used: Set<string>;
  /** Why it gives no more tokens. */
  over: string | undefined;
  /** The processes that wait for the answer to a refresh, and since when. */
  readonly askedBy: Map<SimProcess, number>;
  /** The process that was given tokens which have not reached the store yet, and when it asked for them. */
  unwritten: { readonly by: SimProcess; readonly since: number } | undefined;
  /** It was refreshed without an id_token: nothing can be forwarded once the last one has ended. */
  isPoor: boolean;
  /** Something took place for which losing the grant is the price that the documentation names. */
  isExcused: boolean;
  /** A used token was refused while the next one was not stored: nobody has a token that is good. */
  isLost: boolean;
  refusals: number;
}

export interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly aud: string;
  readonly exp: number;
  readonly iat: number;
  readonly name: string;
  readonly email: string;
}

/** How the provider is doing. */
export type Weather = 'well' | 'slow' | 'failing' | 'silent' | 'losing answers' | 'without id_token' | 'another person';

export interface TokenAnswer {
  readonly idToken: string | undefined;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly seconds: number;
}

/** The provider refused for good (RFC 6749, section 5.2). */
export class InvalidGrant extends Error {}
/** It failed in another way, which says nothing about the grant. */
export class ProviderFailure extends Error {}

interface Rules {
  /** Whether a refresh token is good once only. */
  readonly rotates: boolean;
  /** Whether one that is used again gives the whole grant away (RFC 9700, section 4.14.2). */
  readonly revokesOnReuse: boolean;
  readonly tokenSeconds: number;
}

/** What properties hold about the token endpoint. */
export interface ProviderWatch {
  onConsumed(grant: Grant): void;
  onReuse(grant: Grant, by: SimProcess): void;
  onCodeReuse(code: string): void;
}

/** The identity provider: strict about codes and refresh tokens, at least as strict as the standards let it be. */
export class Provider {
  readonly grants: Grant[] = [];
  readonly tokens = new Map<string, Claims>();
  /** How often each code was sent. */
  readonly codes = new Map<string, { readonly subject: string; readonly providerSession: string; sent: number }>();
  private atAnswer: ((to: SimProcess) => void) | undefined;
  private weather: Weather = 'well';
  private weatherUntil = 0;
  private count = 0;

  constructor(
    private readonly rules: Rules,
    private readonly watch: ProviderWatch,
  ) {}

  setWeather(weather: Weather, until: number): void {
    this.weather = weather;
    this.weatherUntil = until;
  }

  /** Calls back once, before the next answer to a refresh goes to the process that asked. */
  atNextAnswer(act: (to: SimProcess) => void): void {
    this.atAnswer = act;
  }

  get now(): Weather {
    return theUniverse().scheduler.now < this.weatherUntil ? this.weather : 'well';
  }

  /** A person signs in: the code that the browser takes back. */
  authorize(subject: string, providerSession: string): string {
    const code = this.next('code');
    this.codes.set(code, { subject, providerSession, sent: 0 });
    return code;
  }

  exchange(code: string): TokenAnswer {
    const known = this.codes.get(code);
    if (known === undefined) throw new InvalidGrant('no such code');
    known.sent += 1;
    if (known.sent > 1) {
      this.watch.onCodeReuse(code);
      for (const grant of this.grants) if (grant.code === code) grant.over ??= 'its code was sent twice';
      throw new InvalidGrant('the code was used');
    }
    const grant: Grant = {
      number: this.grants.length,
      ...known,
      code,
      current: this.next('refresh'),
      used: new Set(),
      over: undefined,
      askedBy: new Map(),
      unwritten: undefined,
      isPoor: false,
      isExcused: false,
      isLost: false,
      refusals: 0,
    };
    this.grants.push(grant);
    return this.answer(grant, true);
  }

  /** The grant that a refresh token is of, or was. */
  grantOf(refreshToken: string): Grant | undefined {
    return this.grants.find(({ current, used }) => current === refreshToken || used.has(refreshToken));
  }

  refresh(refreshToken: string, by: SimProcess): TokenAnswer {
    const grant = this.grantOf(refreshToken);
    if (grant === undefined) throw new InvalidGrant('no such token');
    if (grant.used.has(refreshToken)) {
      this.watch.onReuse(grant, by);
      if (this.rules.revokesOnReuse) grant.over ??= 'a refresh token was used twice';
      else if (grant.over === undefined) {
        grant.refusals += 1;
        grant.isLost ||= grant.unwritten !== undefined;
        throw new InvalidGrant('the refresh token was used');
      }
    }
    if (grant.over !== undefined) {
      grant.refusals += 1;
      throw new InvalidGrant(grant.over);
    }
    if (this.now === 'failing') throw new ProviderFailure('503');
    if (this.rules.rotates) {
      grant.used.add(grant.current);
      grant.current = this.next('refresh');
      grant.unwritten = { by, since: grant.askedBy.get(by) ?? 0 };
      this.watch.onConsumed(grant);
    }
    if (this.now === 'without id_token') {
      grant.isPoor = true;
      return this.answer(grant, false);
    }
    if (this.now === 'another person') {
      grant.over ??= 'it spoke of another person';
      return { ...this.answer(grant, true), idToken: this.idToken({ ...grant, subject: 'mallory' }) };
    }
    return this.answer(grant, true);
  }

  /** An answer to a refresh leaves. */
  answers(to: SimProcess): void {
    const act = this.atAnswer;
    this.atAnswer = undefined;
    act?.(to);
  }

  revoke(refreshToken: string): void {
    const grant = this.grantOf(refreshToken);
    if (grant !== undefined) grant.over ??= 'revoked';
  }

  private answer(grant: Grant, hasIdToken: boolean): TokenAnswer {
    return {
      idToken: hasIdToken ? this.idToken(grant) : undefined,
      accessToken: this.next('access'),
      refreshToken: grant.current,
      seconds: this.rules.tokenSeconds,
    };
  }

  private idToken({ subject, providerSession }: Pick<Grant, 'subject' | 'providerSession'>): string {
    const token = this.next('id');
    const exp = Math.floor(trueTime() / 1000) + this.rules.tokenSeconds;
    this.tokens.set(token, {
      sub: subject,
      sid: providerSession,
      aud: 'connect-gateway',
      exp,
      iat: 0,
      name: subject,
      email: subject,
    });
    return token;
  }

  private next(kind: string): string {
    this.count += 1;
    return `${kind}-${this.count}`;
  }
}
