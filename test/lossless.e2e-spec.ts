import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthSchemeConfig } from '../src/contract/dto/auth-scheme-config.dto.js';
import { EXAMPLES } from '../src/docs/examples.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { Wire, type WireAnswer } from './support/wire.js';

const API = '/api/connect/v1';
const CONNECTOR = `${API}/o/acme/connectors/c1`;
const RUNS = { numRuns: 200 };

let gateway: TestGateway;
let wire: Wire;

beforeAll(async () => {
  gateway = await startGateway();
  wire = new Wire(gateway.url, { Cookie: await gateway.signIn(), 'X-CSRF': '1' });
});
beforeEach(() => gateway.platform.reset());
afterAll(async () => {
  wire.close();
  await gateway.close();
});

/** Sends a body; returns the body that the platform received, or undefined if the gateway refused it. */
async function forwarded(method: string, target: string, body: Buffer): Promise<Buffer | undefined> {
  gateway.platform.reset();
  const answer = await wire.send(method, target, body);
  if (answer.status !== 400) {
    expect(answer.status).toBeLessThan(300);
    return gateway.platform.last.body;
  }
  expect(gateway.platform.seen).toEqual([]);
  return undefined;
}

/** JSON that parsers and serializers tend to change. */
const MEMBERS = [
  [
    'whole numbers above 2^53',
    '"n":[9007199254740993,12345678901234567890,-9223372036854775808,1000000000000000000000]',
  ],
  ['spellings of numbers', '"n":[1E400,1.0,-0,-0.0,1e+2,0.10,1E-7,123456789.123456789123456789]'],
  ['astral characters and joined ones', '"n":"🛒👩‍👩‍👧‍👦𝒳","𝒳":"é é ﬁ ẛ̣"'],
  ['text from right to left', '"שלום":"\u202eمرحبا\u202c"'],
  ['separators and a byte order mark inside', '"n":"\u2028\u2029\ufeff\u0085"'],
  ['escapes where there could be characters', '"n\\u0061":"\\u0041\\/\\u00e9\\ud83d\\uded2\\n"'],
  ['a NUL by its escape', '"n":"a\\u0000b","\\u0000":1'],
  ['halves of surrogate pairs by their escapes', '"n":"\\ud83d \\udead\\ud83d","\\udfff":null'],
  ['an unusual member order', '"z":1,"10":2,"9":3,"a":{"2":1,"1":2}'],
  ['white space', '\r\n\t "n" \n:\t[ 1 ,\r 2 ] '],
  [
    'names that mean something to JavaScript',
    '"__proto__":{"admin":true},"constructor":1,"toString":{"__proto__":null}',
  ],
  ['similar names', '"K":1,"k":2,"nàme":"n","name ":1,"":0'],
] as const;

/** Places where a frontend may send members that the contract does not define. */
const OPEN_PLACES = [
  [
    'a changed connector',
    'PUT',
    CONNECTOR,
    '{"id":"c","organisationId":"o","name":"n","protocol":"http","baseUrl":"",',
    '}',
  ],
  ['the tags of a connector', 'PUT', `${CONNECTOR}/tags`, '{"tags":{', '}}'],
  [
    'an ignored member of a new one',
    'POST',
    `${API}/o/acme/protocols/http/connectors`,
    '{"name":"","baseUrl":"","authSchemeConfigs":[],"connections":{',
    '}}',
  ],
] as const;

describe('P16: a body that is accepted', () => {
  describe.each(OPEN_PLACES)('as %s', (_, method, target, before, after) => {
    it.each(MEMBERS)('reaches the platform with %s byte for byte', async (_name, members) => {
      const body = Buffer.from(before + members + after);
      expect((await forwarded(method, target, body))?.toString()).toBe(body.toString());
    });
  });

  it('is validated under the member names that the platform reads', async () => {
    const body = Buffer.from('{"n\\u0061me":"2.0.0","\\u0066romVersion":"1.0.0"}');
    expect(await forwarded('POST', `${CONNECTOR}/versions`, body)).toEqual(body);
    expect(await forwarded('POST', `${CONNECTOR}/versions`, Buffer.from('{"n\\u0061me":"latest"}'))).toBeUndefined();
  });

  it('reaches the platform byte for byte with any members added to an update, or is refused', async () => {
    const common = fc.constantFrom('name', 'Name', 'baſeUrl', 'tags', '__proto__');
    const text = fc.oneof({ arbitrary: fc.string({ unit: 'binary' }), weight: 20 }, common);
    const member = fc.tuple(text, fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), fc.bigInt().map(String)));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(member), fc.constantFrom('', ' ', '\n\t'), async (members, space) => {
        const added = members.map(
          ([name, value]) => `${space}${JSON.stringify(name)}${space}:${JSON.stringify(value)}`,
        );
        const body = Buffer.from([OPEN_PLACES[0][3].slice(0, -1), ...added].join(',') + OPEN_PLACES[0][4]);
        const arrived = await forwarded('PUT', CONNECTOR, body);
        if (arrived === undefined) return;
        accepted += 1;
        expect(arrived.equals(body)).toBe(true);
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(RUNS.numRuns / 4);
  });
});

describe('P16: the checked body is the forwarded body, so the gateway refuses', () => {
  const [, method, target, before, after] = OPEN_PLACES[0];

  it.each([
    ['a member given twice', '"n":1,"n":1'],
    ['a member given twice, once by an escape', '"\\u006eame":"other"'],
    ['a checked member given again', '"protocol":"bigquery"'],
    ['a duplicate member inside an unchecked one', '"n":[{"a":{"b":1,"b":2}}]'],
    ['__proto__ given twice', '"__proto__":1,"__proto__":2'],
    ['another case of a checked member', '"Name":"other"'],
    ['a case that only some languages fold', '"baſeUrl":"other"'],
    [
      'another case of a checked member further in',
      '"authSchemeConfigIds":[],"connectionVariables":[{"name":"n","value":"v","VALUE":"w"}]',
    ],
  ])('%s', async (_name, members) => {
    expect(await forwarded(method, target, Buffer.from(before + members + after))).toBeUndefined();
  });

  it('the Kelvin sign, which some case-insensitive parsers read as k', async () => {
    const scheme = EXAMPLES.get(AuthSchemeConfig);
    const oauth2 = { ...scheme, schemeType: 'oauth2', authorizeUrl: '', tokenUrl: '', scopes: [], defaultScopes: [] };
    const grant = { grantType: 'password', username: 'u', password: 'p' };
    const config = `${CONNECTOR}/auth-scheme-configs/a`;
    const accepted = { ...oauth2, grant };
    expect(await forwarded('PUT', config, Buffer.from(JSON.stringify(accepted)))).toBeDefined();
    const kelvin = { ...accepted, ['to\u212aenUrl']: 'https://other.example' };
    expect(await forwarded('PUT', config, Buffer.from(JSON.stringify(kelvin)))).toBeUndefined();
  });

  it.each([
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from(before), Buffer.from('226e223a22ff22', 'hex'), Buffer.from(after)]),
    ],
    [
      'a surrogate as bytes',
      Buffer.concat([Buffer.from(before), Buffer.from('226e223a22eda08022', 'hex'), Buffer.from(after)]),
    ],
    ['a byte order mark', Buffer.from(`\ufeff${before}"n":1${after}`)],
    ['a second document', Buffer.from(`${before}"n":1${after}{}`)],
  ])('%s', async (_name, body) => {
    expect(await forwarded(method, target, body)).toBeUndefined();
  });
});

describe('P16: an answer', () => {
  const large = `{"items":[${Array.from({ length: 4_000 }, (_, i) => `{"n":${i}.0,"ü":"🛒\\u0000 ${i}"}`).join(',\n')}]}`;
  const answers = MEMBERS.map(([name, members]) => [name, `{${members}}`] as const);

  it.each([...answers, ['two hundred kilobytes', large] as const])(
    'reaches the caller with %s byte for byte',
    async (_, text) => {
      gateway.platform.behave(
        (_seen, res) => void res.writeHead(200, { 'content-type': 'application/json' }).end(text),
      );
      expectBytes(await wire.send('GET', CONNECTOR), text);
    },
  );

  it.each([1, 7, 1_021, 65_536])('reaches the caller unchanged in chunks of %i bytes', async (size) => {
    const bytes = Buffer.from(size < 100 ? large.slice(0, 2_000) : large);
    gateway.platform.behave((_seen, res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      for (let start = 0; start < bytes.length; start += size) res.write(bytes.subarray(start, start + size));
      res.end();
    });
    expectBytes(await wire.send('GET', CONNECTOR), bytes.toString());
  });
});

function expectBytes({ status, type, body }: WireAnswer, text: string): void {
  expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
  expect(body.equals(Buffer.from(text))).toBe(true);
}
