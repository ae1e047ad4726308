import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Metrics } from '../../src/observability/metrics.js';
import { startGateway } from '../support/gateway.js';
import { actionOf, connectorOf, definitionOf, linkTo, pageOf, triggerOf, versionOf } from './paged.platform.js';
import { VersionGateway } from './version.gateway.js';

type Json = Record<string, unknown>;

/** A place in an answer: member names and indices. */
type Place = readonly (string | number)[];

const parameter = { name: 'q', in: 'query', required: true, type: 'string' };
const config = {
  id: 'C',
  description: 'Key',
  schemeType: 'api-key',
  name: 'X-Key',
  in: 'header',
  validationMessages: [],
};
const requestBody = { required: true, definitions: [linkTo('D')] };
const responses = [{ id: 'R', status: 200, definitions: [linkTo('D')] }];
const errors = [{ field: '/path', message: 'is wrong', severity: 'error' }];

/** Responses that conform to the contract, by operation. */
const GOOD: Readonly<Record<string, Json>> = {
  GetConnectorVersion: versionOf('v', { messages: [{ text: 'Old.', severity: 'info', detail: ['a'] }] }),
  GetConnector: connectorOf({ authSchemeConfigs: [config], connectionVariables: [{ name: 'a', value: 'b' }] }),
  GetActions: pageOf('actions', [actionOf('A', { parameters: [parameter], requestBody, responses, errors })], 0),
  GetTriggers: pageOf('triggers', [triggerOf('T', { parameters: [parameter], requestBody, responses, errors })], 0),
  GetDefinitions: pageOf('definitions', [definitionOf('D')], 0),
};
const PATHS: Readonly<Record<string, RegExp>> = {
  GetConnectorVersion: /\/versions\/v$/,
  GetConnector: /\/connectors\/shop$/,
  GetActions: /\/actions\?/,
  GetTriggers: /\/triggers\?/,
  GetDefinitions: /\/definitions\?/,
};

/** Operation, path of the departure, the value at that path (undefined: absent), and the reported member. */
const DEPARTURES: readonly (readonly [string, Place, unknown, string])[] = [
  ['GetConnectorVersion', ['id'], 5, 'id'],
  ['GetConnectorVersion', ['name'], undefined, 'name'],
  ['GetConnectorVersion', ['isLatest'], 'yes', 'isLatest'],
  ['GetConnectorVersion', ['publishedAt'], 0, 'publishedAt'],
  ['GetConnectorVersion', ['publishedAt'], undefined, 'publishedAt'],
  ['GetConnectorVersion', ['messages'], {}, 'messages'],
  ['GetConnectorVersion', ['messages', 0, 'severity'], 'fatal', 'messages[].severity'],
  ['GetConnectorVersion', ['messages', 0, 'text'], undefined, 'messages[].text'],
  ['GetConnectorVersion', ['messages', 0, 'detail'], 'one', 'messages[].detail'],
  ['GetConnector', ['protocol'], 'soap', 'protocol'],
  ['GetConnector', ['public'], 1, 'public'],
  ['GetConnector', ['authSchemeConfigs', 0, 'schemeType'], 'passkey', 'authSchemeConfigs[].schemeType'],
  ['GetConnector', ['authSchemeConfigs', 0, 'in'], 'body', 'authSchemeConfigs[].in'],
  ['GetConnector', ['connections'], undefined, 'connections'],
  ['GetConnector', ['connectionVariables', 0, 'value'], 7, 'connectionVariables[].value'],
  ['GetActions', ['totalCount'], '1', 'totalCount'],
  ['GetActions', ['next'], 12, 'next'],
  ['GetActions', ['actions', 0, 'type'], 'grpc', 'actions[].type'],
  ['GetActions', ['actions', 0, 'method'], 'QUERY', 'actions[].method'],
  ['GetActions', ['actions', 0, 'name'], 'has a space', 'actions[].name'],
  ['GetActions', ['actions', 0, 'path'], undefined, 'actions[].path'],
  ['GetActions', ['actions', 0, 'parameters', 0, 'in'], 'matrix', 'actions[].parameters[].in'],
  ['GetActions', ['actions', 0, 'parameters', 0, 'type'], 'object', 'actions[].parameters[].type'],
  ['GetActions', ['actions', 0, 'errors', 0, 'severity'], 'info', 'actions[].errors[].severity'],
  ['GetActions', ['actions', 0, 'requestBody', 'required'], 'no', 'actions[].requestBody.required'],
  ['GetTriggers', ['triggers', 0, 'parameters', 0, 'in'], 'path', 'triggers[].parameters[].in'],
  ['GetTriggers', ['triggers', 0, 'responses', 0, 'status'], '200', 'triggers[].responses[].status'],
  ['GetTriggers', ['triggers', 0, 'responses'], null, 'triggers[].responses'],
  ['GetDefinitions', ['definitions', 0, 'accept'], 'application/json', 'definitions[].accept'],
  ['GetDefinitions', ['definitions', 0, 'referencedBy', 0, 'type'], 'connection', 'definitions[].referencedBy[].type'],
  ['GetDefinitions', ['definitions', 0, 'url'], null, 'definitions[].url'],
];

const lines: string[] = [];
let versions: VersionGateway;
let metrics: Metrics;

beforeAll(async () => {
  const sink = { write: (line: string) => void lines.push(line), dropped: 0 };
  versions = await VersionGateway.startWith(() => startGateway({ LOG_LEVEL: 'warn' }, sink));
  metrics = versions.gateway.app.get(Metrics);
});
afterAll(() => versions.close());

/** Lets the platform conform to the contract except at one path. */
function depart(operation: string, place: Place, value: unknown): void {
  const answers = JSON.parse(JSON.stringify(GOOD)) as Record<string, Json>;
  let owner = answers[operation] as Record<string | number, unknown>;
  for (const step of place.slice(0, -1)) owner = owner[step] as Record<string | number, unknown>;
  const last = place.at(-1) ?? '';
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  versions.gateway.platform.reset();
  versions.gateway.platform.behave(({ target }, res) => {
    const [name = ''] = Object.entries(PATHS).find(([, pattern]) => pattern.test(target)) ?? [];
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify(answers[name] ?? {}));
  });
}

async function counted(): Promise<Map<string, number>> {
  const { values } = (await metrics.registry.getSingleMetric('gateway_platform_departures_total')?.get()) ?? {
    values: [],
  };
  return new Map(values.map(({ labels, value }) => [`${labels['operation']} ${labels['member']}`, value]));
}

describe('a platform response that departs from the contract', () => {
  it('is not reported for conforming responses', async () => {
    depart('GetActions', ['totalCount'], 1);
    expect(await versions.messages('v')).toMatchObject({ complete: true });
    expect(await counted()).toEqual(new Map());
    expect(lines.join('')).not.toContain('departs');
  });

  it.each(DEPARTURES)(
    'is counted by operation and member, and still read: %s %j',
    async (operation, place, value, member) => {
      depart(operation, place, value);
      const kind = `${operation} ${member}`;
      const before = await counted();
      await versions.messages('v');
      const after = await counted();
      expect(after.get(kind)).toBe((before.get(kind) ?? 0) + 1);
      expect([...after].filter(([one, n]) => n !== (before.get(one) ?? 0)).map(([one]) => one)).toEqual([kind]);
    },
  );

  it('is logged once per operation and member, without its value', () => {
    const logged = lines.flatMap((line) => (line.includes('departs') ? [JSON.parse(line) as Json] : []));
    const kinds = logged.map(({ operation, member }) => `${String(operation)} ${String(member)}`);
    expect(kinds.toSorted()).toEqual(
      [...new Set(DEPARTURES.map(([operation, , , member]) => `${operation} ${member}`))].toSorted(),
    );
    expect(lines.join('')).not.toContain('has a space');
  });
});
