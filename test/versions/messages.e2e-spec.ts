import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problem.js';
import {
  actionOf,
  connectorOf,
  definitionOf,
  linkTo,
  type StoredVersion,
  triggerOf,
  versionOf,
} from './paged.platform.js';
import { VersionGateway } from './version.gateway.js';

let versions: VersionGateway;

beforeAll(async () => {
  versions = await VersionGateway.start();
});
afterAll(() => versions.close());

const ERROR = { field: '/path', message: 'uses a parameter that does not exist', severity: 'error' };
const WARNING = { field: '/parameters/0', message: 'is not used in the path', severity: 'warning' };
const config = {
  id: 'CONFIG',
  description: 'Sign-in',
  schemeType: 'basic-auth',
  validationMessages: [{ text: 'It is not tested.', severity: 'warning', detail: ['a', 'b'] }],
};

const of = (kind: string, name: string, id: string) => ({ kind, name, id });
const linking = (error?: object) =>
  actionOf('A', { responses: [{ id: 'R', status: 200, definitions: [linkTo('Gone')] }], errors: error ? [error] : [] });

/** A version with a message of every kind. */
const FAULTY: StoredVersion = {
  version: versionOf('1.0.0', { messages: [{ text: 'The version is old.', severity: 'info' }] }),
  actions: [actionOf('Fine'), actionOf('Broken', { errors: [WARNING, ERROR] }), actionOf('New', { errors: undefined })],
  triggers: [triggerOf('Fired', { errors: [ERROR] })],
  definitions: [definitionOf('Used'), definitionOf('Idle', '1.0.0', { referencedBy: [] })],
};
const CONNECTOR = connectorOf({
  authSchemeConfigs: [config],
  connections: [
    {
      id: 'CONNECTION',
      name: 'Production',
      credentials: {
        action: [
          { id: 'PAIR', authSchemeConfig: config, credential: { id: 'C', name: 'C', errors: ['The key is refused.'] } },
        ],
      },
      variables: [],
    },
  ],
});

describe('M1: one response lists all messages of a version', () => {
  it('lists every message in one shape, by severity, with counts', async () => {
    versions.serve({ connector: CONNECTOR, versions: { '1.0.0': FAULTY } });
    const answer = await versions.messages('1.0.0');
    expect(answer).toEqual({
      version: '1.0.0',
      messages: [
        {
          text: ERROR.message,
          severity: 'error',
          detail: [],
          subject: of('action', 'Broken', '01ACTIONBroken'),
          field: '/path',
        },
        {
          text: ERROR.message,
          severity: 'error',
          detail: [],
          subject: of('trigger', 'Fired', '01TRIGGERFired'),
          field: '/path',
        },
        {
          text: 'The key is refused.',
          severity: 'error',
          detail: [],
          subject: of('connection', 'Production', 'CONNECTION'),
          field: 'credentials.action[0].credential',
        },
        {
          text: WARNING.message,
          severity: 'warning',
          detail: [],
          subject: of('action', 'Broken', '01ACTIONBroken'),
          field: '/parameters/0',
        },
        {
          text: 'It is not tested.',
          severity: 'warning',
          detail: ['a', 'b'],
          subject: of('authSchemeConfig', 'Sign-in', 'CONFIG'),
        },
        {
          text: 'The version is old.',
          severity: 'info',
          detail: [],
          subject: of('version', '1.0.0', '01VERSION1.0.0'),
        },
        {
          text: 'Nothing refers to it.',
          severity: 'info',
          detail: [],
          subject: of('definition', 'Idle', '01DEFINITIONIdle'),
        },
      ],
      counts: { error: 3, warning: 2, info: 2 },
      countsByKind: { version: 1, action: 2, trigger: 1, definition: 1, authSchemeConfig: 1, connection: 1 },
      omitted: 0,
      publishable: false,
      reason: 'It has 2 errors.',
      unvalidated: 1,
      complete: true,
    });
  });

  it('changes nothing, and reads each part once with the caller’s token', async () => {
    versions.serve({ connector: CONNECTOR, versions: { '1.0.0': FAULTY } });
    await versions.messages('1.0.0');
    const { seen } = versions.gateway.platform;
    expect(
      seen.every(({ method, headers }) => method === 'GET' && /^Bearer ./.test(String(headers.authorization))),
    ).toBe(true);
    expect(versions.asked.toSorted()).toEqual([
      'connectors/shop',
      'connectors/shop/versions/1.0.0',
      'connectors/shop/versions/1.0.0/actions?first=100',
      'connectors/shop/versions/1.0.0/definitions?first=100',
      'connectors/shop/versions/1.0.0/triggers?first=100',
    ]);
  });

  it('filters by severity and kind, and counts all messages', async () => {
    versions.serve({ connector: CONNECTOR, versions: { '1.0.0': FAULTY } });
    const errors = await versions.messages('1.0.0', '?severity=error&kind=action&kind=trigger');
    expect(errors).toMatchObject({
      messages: [{ subject: { name: 'Broken' } }, { subject: { name: 'Fired' } }],
      counts: { error: 3, warning: 2, info: 2 },
      omitted: 0,
    });
    expect(errors['messages']).toHaveLength(2);
    const definitions = await versions.messages('1.0.0', '?kind=definition&severity=info&severity=warning');
    expect(definitions['messages']).toMatchObject([{ subject: { kind: 'definition' } }]);
  });

  it('refuses an unknown severity or kind', async () => {
    for (const query of ['?severity=fatal', '?kind=actions', '?first=5'])
      expectProblem(await versions.ask(`1.0.0/messages${query}`), 400, 'invalid_request');
  });

  it.each(['latest', 'default'])('resolves %s, and reads all parts from the same version', async (alias) => {
    versions.serve({ versions: { [alias]: FAULTY, '1.0.0': FAULTY } });
    expect(await versions.messages(alias)).toMatchObject({ version: '1.0.0', complete: true });
    expect(versions.asked.filter((target) => target.includes(alias))).toEqual([`connectors/shop/versions/${alias}`]);
  });

  it('returns the platform’s 404 for an unknown version', async () => {
    versions.serve({ versions: {} });
    for (const name of ['2.0.0', 'latest']) expectProblem(await versions.ask(`${name}/messages`), 404, 'not_found');
  });

  it('reports a dangling reference once', async () => {
    versions.serve({ versions: { '1.0.0': { version: versionOf('1.0.0'), actions: [linking()] } } });
    const field = 'responses[0].definitions[0]';
    expect(await versions.messages('1.0.0')).toMatchObject({ messages: [{ severity: 'warning', field }] });
    versions.serve({ versions: { '1.0.0': { version: versionOf('1.0.0'), actions: [linking({ ...ERROR, field })] } } });
    expect(await versions.messages('1.0.0')).toMatchObject({ messages: [{ severity: 'error', field }] });
  });

  it('H2: is bounded for any platform response', async () => {
    const errors = Array.from({ length: 50 }, (_, i) => ({ ...ERROR, message: `${i} ${'x'.repeat(2_000)}` }));
    const actions = Array.from({ length: 150 }, (_, i) => actionOf(`A${i}`, { errors }));
    versions.serve({ versions: { '1.0.0': { version: versionOf('1.0.0'), actions } } });
    const answer = await versions.ask('1.0.0/messages');
    expect(answer.body).toMatchObject({ counts: { error: 7_500 }, omitted: 7_500 - 200, complete: true });
    expect(Buffer.byteLength(answer.text)).toBeLessThan(300_000);
  });
});

const judge = async (stored: Partial<StoredVersion>): Promise<unknown[]> => {
  versions.serve({ versions: { v: { version: versionOf('v'), actions: [actionOf('A')], ...stored } } });
  const { publishable, reason } = await versions.messages('v');
  return [publishable, reason];
};

describe('publishable', () => {
  it('is true if there is no error, even with warnings', async () => {
    expect(await judge({})).toEqual([true, undefined]);
    expect(await judge({ actions: [actionOf('A', { errors: [WARNING] })] })).toEqual([true, undefined]);
  });

  it('is false for a version with an error, and for a published one', async () => {
    expect(await judge({ triggers: [triggerOf('T', { errors: [ERROR] })] })).toEqual([false, 'It has an error.']);
    const messages = [{ text: 'No.', severity: 'error' }];
    expect(await judge({ version: versionOf('v', { messages }) })).toEqual([false, 'It has an error.']);
    const publishedAt = '2026-11-02T09:30:00Z';
    expect(await judge({ version: versionOf('v', { publishedAt }) })).toEqual([false, 'It is already published.']);
  });

  it('is null if a part was not validated, or the version is empty', async () => {
    expect(await judge({ actions: [actionOf('A', { errors: undefined })] })).toEqual([
      null,
      expect.stringMatching(/not been validated/),
    ]);
    expect(await judge({ actions: [] })).toEqual([null, expect.stringMatching(/neither an action nor a trigger/)]);
  });
});
