/**
 * Faults that the simulator must find, each a change of one place in the gateway's sources. They show that the properties
 * are not empty: `npm run simulate -- --mutants`.
 */
export const MUTANTS = [
  {
    name: 'the lease of a refresh is not renewed',
    file: 'src/session/token.refresher.ts',
    from: 'const keepAlive = setInterval(keep, LEASE_MS / 3);',
    to: 'const keepAlive = undefined; void keep;',
  },
  {
    name: 'no second look at the record under the lease',
    file: 'src/session/token.refresher.ts',
    from: '      await this.records.reread(session);\n      // A process',
    to: '      // A process',
  },
  {
    name: 'a lease is given to everybody who asks',
    file: 'src/store/sqlite.store.ts',
    from: 'until <= :now OR until > :until',
    to: 'until <> :now OR until > :until',
  },
  {
    name: 'compare-and-set without compare',
    file: 'src/store/sqlite.store.ts',
    from: 'WHERE id = :id AND version = :version`',
    to: 'WHERE id = :id`',
  },
  {
    name: 'invalid_grant ends a session without another look',
    file: 'src/session/token.refresher.ts',
    from: '    await this.records.reread(session);\n    // The provider',
    to: '    // The provider',
  },
  {
    name: 'a refresh that another replica overtook ends the session',
    file: 'src/session/token.refresher.ts',
    from: 'return this.endUnlessRefreshed(session, version);',
    to: 'return this.endUnlessRefreshed(session, session.version);',
  },
  {
    name: 'every failure of the provider ends the session',
    file: 'src/session/token.refresher.ts',
    from: "      case 'unavailable':\n",
    to: "      case 'unavailable':\n        await this.endings.end(session.id, 'token');\n",
  },
  {
    name: 'a new token that the store did not take is dropped',
    file: 'src/session/token.refresher.ts',
    from: 'this.unwritten.set(session, this.track(this.keep(session, next)));',
    to: 'void this.keep;',
  },
  {
    name: 'the lease is let go while the next record is unwritten',
    file: 'src/session/token.refresher.ts',
    from: 'const writing = this.unwritten.get(session);',
    to: 'const writing = undefined;',
  },
  {
    name: 'a provider’s logout is not remembered',
    file: 'src/session/provider-logouts.ts',
    from: 'await this.records.remember(endedName(who), REMEMBERED_MS);',
    to: '',
  },
  {
    name: 'a notice of a change changes nothing',
    file: 'src/session/session.cache.ts',
    from: '    this.notices += 1;\n    if (id === undefined) {',
    to: '    if (id !== "") return;\n    if (id === undefined) {',
  },
  {
    name: 'a session that ended stays in memory',
    file: 'src/session/session.cache.ts',
    from: 'if (session !== undefined) session.ended = true;\n    const isKnown = this.sessions.delete(id);',
    to: 'const isKnown = session !== undefined;',
  },
  {
    name: 'the session before a sign-in stays',
    file: 'src/auth/sign-in.ts',
    from: 'await this.sessions.end(before);',
    to: ';',
  },
  {
    name: 'a code is sent for every request of its callback',
    file: 'src/auth/sign-in.ts',
    from: 'if (!turn.isOurs) return turn.ending();',
    to: 'if (!turn.isOurs) return this.run(attempt, before, req);',
  },
  {
    name: 'a POST is sent again after a reset',
    file: 'src/platform/platform.call.ts',
    from: "this.request.method === 'GET' && ",
    to: '',
  },
  {
    name: 'an idempotent call is sent without its lease',
    file: 'src/idempotency/idempotency.lease.ts',
    from: 'if (!(await this.put(NOTHING, this.own))) throw inProgress();',
    to: 'await this.put(NOTHING, this.own);',
  },
  {
    name: 'a lapsed key is taken over although its holder went on',
    file: 'src/idempotency/idempotency.store.ts',
    from: ', keptMs, from?.version);',
    to: ', keptMs);',
  },
  {
    name: 'a call whose sender was lost counts as not sent',
    file: 'src/idempotency/idempotency.record.ts',
    from: "return state === 'sent' ? 'unknown' : state;",
    to: "return state === 'sent' ? 'failed' : state;",
  },
  {
    name: 'a token is forwarded up to its last moment and beyond',
    file: 'src/session/live-session.ts',
    from: 'return this.current.tokenExpiresAt - Date.now() > this.minLeftMs;',
    to: 'return this.current.tokenExpiresAt - Date.now() > -3_000;',
  },
  {
    name: 'the status keeps a session alive',
    file: 'src/session/session.service.ts',
    from: '    this.cache.vouch(session, cookie, moment);\n',
    to: '    this.cache.vouch(session, cookie, moment);\n    void this.store.extend(session.id, this.store.now() + this.idleMs);\n',
  },
  {
    name: 'a logout passes over a session that seems expired',
    file: 'src/session/session.endings.ts',
    from: "this.store.listByProviderSession(providerSession, 'stored')",
    to: 'this.store.listByProviderSession(providerSession)',
  },
];
