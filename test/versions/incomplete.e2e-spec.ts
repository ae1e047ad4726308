import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problem.js';
import { actionOf, definitionOf, type Misbehaviour, pageOf, type StoredVersion, versionOf } from './paged.platform.js';
import { VersionGateway } from './version.gateway.js';

let versions: VersionGateway;
let impatient: VersionGateway;

beforeAll(async () => {
  versions = await VersionGateway.start();
  impatient = await VersionGateway.start({ PLATFORM_TIMEOUT_MS: '900' });
});
afterAll(() => Promise.all([versions.close(), impatient.close()]));

const ERROR = { field: '/path', message: 'is wrong', severity: 'error' };
/** 30 pages; the last action of each page has an error. */
const ACTIONS = Array.from({ length: 3_000 }, (_, i) => actionOf(`A${i}`, i % 100 === 99 ? { errors: [ERROR] } : {}));
const LARGE: StoredVersion = { version: versionOf('v'), actions: ACTIONS, definitions: [definitionOf('D')] };
const stored = { versions: { v: LARGE } };

/** Applies the behaviour to the list of actions only. */
const forActions =
  (misbehave: Misbehaviour): Misbehaviour =>
  (at, res, send) =>
    at.list === 'actions' ? misbehave(at, res, send) : undefined;

const failPage =
  (page: number, status: number): Misbehaviour =>
  (at, res) => {
    if (at.page !== page) return undefined;
    res.writeHead(status, { 'content-type': 'application/json' }).end('{"code":"broken","message":"It broke."}');
    return true;
  };

describe('M2: a response is complete or lists what is missing', () => {
  it('reads 30 pages', async () => {
    versions.serve(stored);
    expect(await versions.messages('v')).toMatchObject({ counts: { error: 30 }, complete: true });
  });

  it.each([
    [500, 'platform_error'],
    [503, 'platform_unavailable'],
    [403, 'broken'],
    [410, 'broken'],
  ])('reports how far it was read if page 3 of 30 is answered with %i', async (status, code) => {
    versions.serve(stored, forActions(failPage(3, status)));
    const answer = await versions.messages('v');
    expect(answer).toMatchObject({
      counts: { error: 2 },
      complete: false,
      missing: [{ version: 'v', part: 'actions', read: 200, total: 3_000, code }],
    });
  });

  it('does not report a version as free of errors if it was not read completely', async () => {
    versions.serve({ versions: { v: { ...LARGE, actions: ACTIONS.slice(0, 99) } } }, (at, res, send) => {
      if (at.list !== 'triggers') return undefined;
      return failPage(1, 500)(at, res, send);
    });
    expect(await versions.messages('v')).toMatchObject({
      counts: { error: 0 },
      publishable: null,
      reason: 'Not everything could be read.',
      complete: false,
      missing: [{ part: 'triggers', read: 0, code: 'platform_error' }],
    });
  });

  it('continues without the version itself, and without its connector', async () => {
    versions.serve(stored);
    const { platform } = versions.gateway;
    const serve = platform['behaviour'];
    platform.behave((seen, res, req) => {
      if (!/\/(shop|v)$/.test(seen.target)) return serve(seen, res, req);
      res.writeHead(500, { 'content-type': 'application/json' }).end('{}');
    });
    expect(await versions.messages('v')).toMatchObject({
      counts: { error: 30 },
      complete: false,
      missing: [{ part: 'version' }, { part: 'connector' }],
    });
  });

  it('stops if the platform repeats a page endlessly', async () => {
    versions.serve(
      stored,
      forActions(({ page }, _res, send) => {
        if (page < 3) return undefined;
        send({ ...pageOf('actions', ACTIONS, 100), next: '200' });
        return true;
      }),
    );
    expect(await versions.messages('v')).toMatchObject({
      complete: false,
      missing: [{ part: 'actions', read: 200, code: 'list_repeats' }],
    });
    expect(versions.asked.filter((target) => target.includes('/actions')).length).toBeLessThan(6);
  });

  it('stops if the platform repeats a page under other cursors', async () => {
    let cursor = 200;
    versions.serve(
      stored,
      forActions(({ page }, _res, send) => {
        if (page < 3) return undefined;
        send({ ...pageOf('actions', ACTIONS, 100), next: String((cursor += 100)) });
        return true;
      }),
    );
    expect(await versions.messages('v')).toMatchObject({
      complete: false,
      missing: [{ code: 'list_repeats', read: 200 }],
    });
  });

  it('detects a list that ends before its last entry', async () => {
    versions.serve(
      stored,
      forActions(({ page }, _res, send) => {
        if (page < 3) return undefined;
        const { next: _next, ...last } = pageOf('actions', ACTIONS, 200);
        send(last);
        return true;
      }),
    );
    expect(await versions.messages('v')).toMatchObject({
      counts: { error: 3 },
      complete: false,
      missing: [{ code: 'list_ended_early', read: 300, total: 3_000 }],
    });
  });

  it('reads a list again after an action was deleted meanwhile', async () => {
    let actions = ACTIONS.slice(0, 450);
    versions.serve(
      { versions: { v: { ...LARGE, actions } } },
      forActions(({ page }, _res, send) => {
        if (page === 3) actions = actions.filter(({ name }) => name !== 'A99');
        send(pageOf('actions', actions, (page - 1) * 100));
        return true;
      }),
    );
    expect(await versions.messages('v')).toMatchObject({ counts: { error: 3 }, complete: true });
  });

  it('reports a list that keeps changing', async () => {
    let total = 3_000;
    versions.serve(
      stored,
      forActions(({ page }, _res, send) => {
        send({ ...pageOf('actions', ACTIONS, (page - 1) * 100), totalCount: total-- });
        return true;
      }),
    );
    expect(await versions.messages('v')).toMatchObject({
      counts: { error: 30 },
      complete: false,
      missing: [{ code: 'list_changed', read: 3_000 }],
    });
  });

  it.each([
    ['not JSON', '{"actions": [{]}'],
    ['a value that is not a list', '{"actions": {}, "totalCount": 1}'],
    ['a list of other values', '{"actions": [1, 2], "totalCount": 2}'],
    ['two lists', `{"actions": [], "actions": [${JSON.stringify(actionOf('A'))}], "totalCount": 1}`],
    ['nested too deeply', `{"actions": ${'['.repeat(500)}${']'.repeat(500)}, "totalCount": 1}`],
  ])('reports a part that the platform answers with %s', async (_title, text) => {
    versions.serve(
      stored,
      forActions((_at, res) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
        return true;
      }),
    );
    expect(await versions.messages('v')).toMatchObject({
      complete: false,
      missing: [{ part: 'actions', read: 0, code: 'platform_answer_invalid' }],
    });
  });

  it('takes at most PLATFORM_TIMEOUT_MS with a slow platform, and returns what was read', async () => {
    let pages = 0;
    impatient.serve(
      stored,
      forActions(({ page }) => (page <= 2 ? undefined : ((pages += 1), true))),
    );
    const answer = await impatient.messages('v');
    expect(answer).toMatchObject({ counts: { error: 2 }, complete: false, missing: [{ part: 'actions', read: 200 }] });
    const [{ code }] = answer['missing'] as [{ code: string }];
    expect(['time_over', 'platform_timeout']).toContain(code);
    expect(pages).toBe(1);
  });

  it('accepts a list as complete whose last page has a cursor', async () => {
    versions.serve(
      stored,
      forActions(({ page }, _res, send) => {
        send({ ...pageOf('actions', ACTIONS.slice(0, 150), (page - 1) * 100), next: String(page * 100) });
        return true;
      }),
    );
    expect(await versions.messages('v')).toMatchObject({ counts: { error: 1 }, complete: true });
  });

  it('H2: reads 10,000 entries of a list, and reports that there are more', async () => {
    const actions = Array.from({ length: 10_150 }, (_, i) => actionOf(`A${i}`));
    versions.serve({ versions: { v: { ...LARGE, actions: actions.slice(0, 10_000) } } });
    expect(await versions.messages('v')).toMatchObject({ complete: true });
    versions.serve({ versions: { v: { ...LARGE, actions } } });
    expect(await versions.messages('v')).toMatchObject({
      complete: false,
      missing: [{ part: 'actions', code: 'list_too_long', read: 10_000, total: 10_150 }],
    });
  });

  it('P17: aborts its calls when the caller disconnects', async () => {
    const gone = new AbortController();
    let asked = 0;
    const closed = new Promise<void>((resolve) =>
      versions.serve(
        stored,
        forActions((_at, res) => {
          asked += 1;
          res.once('close', resolve);
          gone.abort();
          return true;
        }),
      ),
    );
    const url = `${versions.gateway.url}/api/connect/v1/o/acme/connectors/shop/versions/v/messages`;
    const answer = fetch(url, { headers: { cookie: versions.cookie, 'x-csrf': '1' }, signal: gone.signal });
    await expect(answer).rejects.toThrow('abort');
    await closed;
    expect(asked).toBe(1);
    versions.serve(stored);
    expect(await versions.messages('v')).toMatchObject({ complete: true });
  });

  it('is a problem if nothing can be read', async () => {
    versions.gateway.platform.reset();
    versions.gateway.platform.answerWith(500, {});
    expectProblem(await versions.ask('v/messages'), 502, 'platform_error');
    expectProblem(await versions.ask('v/difference?from=w'), 502, 'platform_error');
    impatient.gateway.platform.behave(() => undefined);
    expectProblem(await impatient.ask('v/messages'), 504, 'platform_timeout');
  });

  it('is a problem if the platform rejects the caller', async () => {
    versions.serve(stored, forActions(failPage(3, 401)));
    expectProblem(await versions.ask('v/messages'), 401, 'upstream_unauthorized');
  });
});

const failAfter: Misbehaviour = (at, res, send) =>
  at.version === 'after' ? forActions(failPage(3, 500))(at, res, send) : undefined;

describe('a difference between incompletely read versions', () => {
  it('does not report missing entries as removed or added', async () => {
    const before = { ...LARGE, version: versionOf('before'), schemas: { '01DEFINITIOND.json': {} } };
    const after = { ...before, version: versionOf('after') };
    versions.serve({ versions: { before, after } }, failAfter);
    for (const [to, from] of [
      ['after', 'before'],
      ['before', 'after'],
    ] as const)
      expect(await versions.difference(to, from)).toMatchObject({
        changes: [],
        unchanged: 201,
        complete: false,
        missing: [{ version: 'after', part: 'actions', read: 200, total: 3_000 }],
      });
  });
});
