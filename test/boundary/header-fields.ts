import * as fc from 'fast-check';

/** A header field as it goes over the wire. */
export type Field = readonly [name: string, value: string];

/** Headers that callers try to send to the platform, and platforms to the browser. */
const WANTED = [
  'accept',
  'accept-encoding',
  'accept-language',
  'access-control-allow-origin',
  'alt-svc',
  'authorization',
  'cache-control',
  'clear-site-data',
  'connection',
  'content-disposition',
  'content-encoding',
  'content-security-policy',
  'cookie',
  'date',
  'expect',
  'forwarded',
  'idempotency-key',
  'keep-alive',
  'link',
  'location',
  'origin',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'referer',
  'refresh',
  'retry-after',
  'sec-fetch-site',
  'server',
  'set-cookie',
  'strict-transport-security',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'upgrade',
  'user-agent',
  'vary',
  'via',
  'www-authenticate',
  'x-accel-redirect',
  'x-api-key',
  'x-csrf',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-real-ip',
  'x-request-id',
  'x-rewrite-url',
  'x-sendfile',
  'x-user-id',
  '__proto__',
  'constructor',
  'tostring',
];

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/;

/** In any letter case, and with underscores, which some servers treat as dashes. */
const disguised = fc
  .tuple(fc.constantFrom(...WANTED), fc.constantFrom('lower', 'upper', 'title', 'underscores'))
  .map(([name, how]) => {
    if (how === 'upper') return name.toUpperCase();
    if (how === 'title') return name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
    return how === 'underscores' ? name.replaceAll('-', '_') : name;
  });
const anyToken = fc.stringMatching(TOKEN);
const fieldName = fc.oneof({ weight: 5, arbitrary: disguised }, { weight: 1, arbitrary: anyToken });

const VALUES = [
  'STOLEN',
  'Bearer STOLEN',
  'session=STOLEN',
  'close, STOLEN',
  'keep-alive, Authorization, X-Request-Id, Content-Type',
  'for=1.2.3.4;host=STOLEN',
  'gzip, br',
  'DELETE',
  'h2c',
  'no-cache',
  '',
];
/** Visible ASCII, Latin-1, spaces and tabs: all characters that a field value may contain (RFC 9110, section 5.5). */
const anyValue = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', ' ', '\t', ',', ';', '=', '"', '\\', '%', 'é', 'ÿ'),
});
const fieldValue = fc
  .oneof({ weight: 3, arbitrary: fc.constantFrom(...VALUES) }, { weight: 1, arbitrary: anyValue })
  .map((value) => value.replaceAll(/^[ \t]+|[ \t]+$/g, ''));

/** Header fields, except those for framing and routing. */
export const fields: fc.Arbitrary<Field[]> = fc.array(fc.tuple(fieldName, fieldValue), { maxLength: 20 });

/** As parsed: names in lower case, repeated fields joined. */
export function parsed(sent: readonly Field[]): Record<string, string> {
  const headers = Object.create(null) as Record<string, string>;
  for (const [name, value] of sent) {
    const lower = name.toLowerCase();
    headers[lower] = headers[lower] === undefined ? value : `${headers[lower]}, ${value}`;
  }
  return headers;
}

/** The header lines of a message. */
export function lines(sent: readonly Field[]): string {
  return sent.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}
