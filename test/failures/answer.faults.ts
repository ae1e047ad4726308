import type { ValidateFunction } from 'ajv';
import type { Call, Got } from './sender.js';

/** The expected response. */
export interface Expected {
  readonly status: number;
  readonly code: string;
  /** Whether the platform chose a code or a status that the API document does not list. */
  readonly isUnlisted?: boolean;
  /** Whether the response is sent before the request is parsed, so that it names no path. */
  readonly isUnparsed?: boolean;
  /** Headers besides those of every problem; lists are sorted. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Content that no response may contain: source paths, markup, tokens. */
const LEAKS = [
  /\bat [\w.<>]+ \(/,
  /node_modules|file:\/\/|\/src\/|\.[cm]?[jt]s:\d/,
  /<\/?[a-z!][^>]*>/i,
  /\bey[\w-]+\.[\w-]/,
];
const HEADERS = {
  'content-type': 'application/problem+json; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** All defects of a response, as sentences; empty for a correct problem. */
export function faultsOf(
  call: Call,
  got: Got,
  { status, code, headers = {}, isUnparsed = false }: Expected,
  { isProblem, secrets }: { isProblem: ValidateFunction; secrets: readonly string[] },
): string[] {
  const faults = headerFaults(got, { ...HEADERS, ...headers });
  if (call.method === 'HEAD') {
    if (got.status !== status || got.text !== '') faults.push(`${got.status} with ${got.text.length} bytes`);
    return faults;
  }
  const body = parse(got.text);
  if (got.status !== status || body['code'] !== code)
    faults.push(`${got.status} ${String(body['code'])} instead of ${status} ${code}`);
  if (!isProblem(body)) faults.push(...(isProblem.errors ?? []).map((e) => `${e.instancePath} ${e.message}`));
  faults.push(...memberFaults(isUnparsed ? { ...call, target: '/' } : call, got, body));
  const all = JSON.stringify(got.headers) + got.text;
  for (const leak of LEAKS) if (leak.test(got.text)) faults.push(`it holds ${String(leak.exec(got.text)?.[0])}`);
  for (const secret of secrets) if (all.includes(secret)) faults.push(`it holds the secret ${secret}`);
  return faults;
}

function headerFaults({ status, headers }: Got, expected: Readonly<Record<string, string>>): string[] {
  const faults = Object.entries(expected).flatMap(([name, value]) =>
    sorted(headers[name]) === sorted(value) ? [] : [`${name} is ${String(headers[name])} and not ${value}`],
  );
  if (headers.location !== undefined || (status >= 300 && status < 400)) faults.push('it leads elsewhere');
  const granted = (headers['set-cookie'] ?? []).filter((cookie) => !/^[^=]+=;.*Max-Age=0/i.test(cookie));
  return [...faults, ...granted.map((cookie) => `it grants ${cookie}`)];
}

function sorted(value: string | string[] | undefined): string {
  return String(value).split(', ').toSorted().join(', ');
}

/** Members that must be consistent with each other, the headers and the request. */
function memberFaults(call: Call, { status, headers }: Got, body: Record<string, unknown>): string[] {
  const faults: string[] = [];
  const same = (what: string, one: unknown, other: unknown): void => {
    if (one !== other) faults.push(`${what} is ${String(one)} and not ${String(other)}`);
  };
  same('status', body['status'], status);
  same('requestId', body['requestId'], headers['x-request-id']);
  same('instance', body['instance'], call.target.split('?', 1)[0]);
  same('detail', body['detail'], body['message']);
  same('type', body['type'], `/docs/errors#${encodeURIComponent(String(body['code']).toWellFormed())}`);
  return faults;
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { code: `(no JSON: ${text.slice(0, 60)})` };
  }
}
