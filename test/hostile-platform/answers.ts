import type { RawBehaviour } from '../support/raw-platform.js';

/** What the platform sends, and the response to the caller. */
export interface HostileAnswer {
  readonly title: string;
  readonly behaviour: RawBehaviour;
  readonly status: number;
  /** The `code` of the problem, or the body of a success. */
  readonly says: string;
}

const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const CHUNKED = `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const GOOD = `${JSON_HEAD}Content-Length: 2\r\n\r\n[]`;
const HINT = 'HTTP/1.1 103 Early Hints\r\nSet-Cookie: session=stolen\r\nLink: </x>\r\n\r\n';
const BIG = 'a'.repeat(65_536);
const DRIP_MS = 50;

function writing(bytes: string): RawBehaviour {
  return (socket) => void socket.write(bytes, 'latin1');
}

function ending(bytes: string): RawBehaviour {
  return (socket) => void socket.end(bytes, 'latin1');
}

/** Starts a response, and repeats the same bytes until the connection closes. */
function dripping(beginning: string, bytes: string): RawBehaviour {
  return (socket) => {
    socket.write(beginning);
    const drip = setInterval(() => socket.write(bytes), DRIP_MS);
    socket.on('close', () => clearInterval(drip));
  };
}

const fields = (count: number): string => Array.from({ length: count }, (_, i) => `X-${i}: 1\r\n`).join('');
const typed = (type: string): string => GOOD.replace('application/json', type);

const taken = (says: string, cases: Record<string, RawBehaviour>): HostileAnswer[] => told(200, says, cases);
const told = (status: number, says: string, cases: Record<string, RawBehaviour>): HostileAnswer[] =>
  Object.entries(cases).map(([title, behaviour]) => ({ title, behaviour, status, says }));

/** Unusual, but complete and unambiguous. */
const ODD = taken('[]', {
  'fifty early hints first': writing(HINT.repeat(50) + GOOD),
  'a 102 first': writing(`HTTP/1.1 102 Processing\r\n\r\n${GOOD}`),
  'two hundred header fields': writing(`${JSON_HEAD}${fields(200)}Content-Length: 2\r\n\r\n[]`),
  'a flood of chunk extensions': writing(`${CHUNKED}2;${BIG}\r\n[]\r\n0\r\n\r\n`),
  'trailers that set a cookie': writing(`${CHUNKED}2\r\n[]\r\n0\r\nSet-Cookie: session=stolen\r\n\r\n`),
  'a second answer that nobody asked for': writing(`${GOOD}${GOOD.replace('2\r\n\r\n[]', '8\r\n\r\n"FORGED"')}`),
  'bytes after its end': writing(`${GOOD}FORGED`),
});

/** Invalid or ambiguous HTTP. */
const BROKEN = told(502, 'platform_unreachable', {
  'a 100 that nobody asked for': writing(`HTTP/1.1 100 Continue\r\n\r\n${GOOD}`),
  'an upgrade that nobody asked for': writing('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nFORGED'),
  'a header field of 64 KiB': writing(`${JSON_HEAD}X: ${BIG}\r\nContent-Length: 2\r\n\r\n[]`),
  'five thousand header fields': writing(`${JSON_HEAD}${fields(5_000)}Content-Length: 2\r\n\r\n[]`),
  'trailers of 64 KiB': writing(`${CHUNKED}2\r\n[]\r\n0\r\nX: ${BIG}\r\n\r\n`),
  'one length twice': writing(`${JSON_HEAD}Content-Length: 2\r\nContent-Length: 2\r\n\r\n[]`),
  'two lengths': writing(`${JSON_HEAD}Content-Length: 2\r\nContent-Length: 7\r\n\r\n[]`),
  'a list of lengths': writing(`${JSON_HEAD}Content-Length: 2, 2\r\n\r\n[]`),
  'a length below zero': writing(`${JSON_HEAD}Content-Length: -2\r\n\r\n[]`),
  'a length with a sign': writing(`${JSON_HEAD}Content-Length: +2\r\n\r\n[]`),
  'a length beyond all numbers': writing(`${JSON_HEAD}Content-Length: 99999999999999999999999\r\n\r\n[]`),
  'a length and chunks': writing(
    `${JSON_HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n`,
  ),
  'a chunk without a size': writing(`${CHUNKED}zz\r\n[]\r\n0\r\n\r\n`),
  'a chunk of a size below zero': writing(`${CHUNKED}-2\r\n[]\r\n0\r\n\r\n`),
  'a chunk beyond all numbers': writing(`${CHUNKED}fffffffffffffffff\r\n[]\r\n0\r\n\r\n`),
  'chunks without carriage returns': writing(`${CHUNKED}2\n[]\n0\n\n`),
  'a NUL in a header field': writing(`${JSON_HEAD}X: a\0b\r\nContent-Length: 2\r\n\r\n[]`),
  'a carriage return in its type': writing(typed('application/json; a=\rSet-Cookie: session=stolen')),
  'a folded header field': writing(typed('application/json;\r\n a=b')),
  'a status of two digits': writing(GOOD.replace('200', '20')),
  'a status of four digits': writing(GOOD.replace('200', '2000')),
  'a length that it does not keep to': ending(`${JSON_HEAD}Content-Length: 3\r\n\r\n[]`),
  'chunks without a last one': ending(`${CHUNKED}2\r\n[]\r\n`),
  'a chunk that ends too early': ending(`${CHUNKED}3\r\n[]`),
  'half a status line': ending('HTTP/1.1 20'),
  'half a head': ending(JSON_HEAD),
});

/** Valid HTTP outside the contract, or of unknown length. */
const UNKNOWN = told(502, 'platform_answer_invalid', {
  'a body that the end of the connection ends': ending(`${JSON_HEAD}\r\n[1,2`),
  'a body of HTTP/1.0': ending(`${JSON_HEAD.replace('1.1', '1.0')}\r\n[]`),
  'a coding that says nothing': ending(`${JSON_HEAD}Transfer-Encoding: identity\r\n\r\n[]`),
  'chunks that are packed': writing(CHUNKED.replace('chunked', 'gzip, chunked') + '2\r\n[]\r\n0\r\n\r\n'),
  'chunks of chunks': writing(
    `${JSON_HEAD}Transfer-Encoding: chunked\r\n${CHUNKED.slice(JSON_HEAD.length)}2\r\n[]\r\n0\r\n\r\n`,
  ),
  'a part of an answer': writing(GOOD.replace('200 OK', '206 Partial Content')),
  'a packed body': writing(`${JSON_HEAD}Content-Encoding: br\r\nContent-Length: 2\r\n\r\n[]`),
});

/** Where a response may stop, or continue forever. */
const ENDLESS = told(504, 'platform_timeout', {
  'nothing at all': writing(''),
  'half a status line, and no more': writing('HTTP/1.1 20'),
  'half a head, and no more': writing(JSON_HEAD),
  'a head, and no body': writing(`${JSON_HEAD}Content-Length: 2\r\n\r\n`),
  'half a body, and no more': writing(`${JSON_HEAD}Content-Length: 2\r\n\r\n[`),
  'half a chunk, and no more': writing(`${CHUNKED}2\r\n[`),
  'all chunks but the last, and no more': writing(`${CHUNKED}2\r\n[]\r\n`),
  'an early hint, and no more': writing(HINT),
  'early hints without end': dripping('', HINT),
  'a header field without end': dripping(`${JSON_HEAD}X: `, 'a'),
  'chunks without end': dripping(CHUNKED, '1\r\n1\r\n'),
  'a chunk extension without end': dripping(`${CHUNKED}2;`, 'a'),
  'a trailer without end': dripping(`${CHUNKED}2\r\n[]\r\n0\r\nX: `, 'a'),
});

/** Platform responses and their outcomes. */
export const HOSTILE_ANSWERS: readonly HostileAnswer[] = [...ODD, ...BROKEN, ...UNKNOWN, ...ENDLESS];

const LONG = '1'.repeat(300_000);

/** Long responses that break off after the caller has received a part. */
export const CUT_SHORT: readonly [title: string, behaviour: RawBehaviour][] = [
  ['by its length', ending(`${JSON_HEAD}Content-Length: 600000\r\n\r\n${LONG}`)],
  ['in a chunk', ending(`${CHUNKED}${(600_000).toString(16)}\r\n${LONG}`)],
  ['between two chunks', ending(`${CHUNKED}${LONG.length.toString(16)}\r\n${LONG}\r\n`)],
  ['by a chunk of no size', writing(`${CHUNKED}${LONG.length.toString(16)}\r\n${LONG}\r\nzz\r\n`)],
  ['by silence', writing(`${JSON_HEAD}Content-Length: 600000\r\n\r\n${LONG}`)],
  ['by bytes without end', dripping(`${JSON_HEAD}Content-Length: 600000\r\n\r\n${LONG}`, '1')],
];
