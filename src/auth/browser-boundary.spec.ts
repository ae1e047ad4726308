import { describe, expect, it } from 'vitest';
import { requestFor } from '../../test/support/unit/exchange.js';
import { BrowserBoundary } from './browser-boundary.js';

function check(method: string, headers: Record<string, string>): void {
  const boundary = new BrowserBoundary('https://connect.example', ['https://app.example']);
  boundary.check(requestFor('/api', { method, headers }));
}

describe('a request that may change something', () => {
  it.each<[string, Record<string, string>]>([
    ['from the gateway’s own origin', { origin: 'https://connect.example' }],
    ['from an allowed origin', { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }],
    ['that the browser says is of the same origin', { 'sec-fetch-site': 'same-origin' }],
    ['that a person has typed', { 'sec-fetch-site': 'none' }],
    ['with the header that no other site can send', { 'x-csrf': '1' }],
  ])('%s is admitted', (_what, headers) => {
    expect(() => check('POST', headers)).not.toThrow();
  });

  it.each<[string, Record<string, string>, string]>([
    ['from another origin', { origin: 'https://evil.example', 'x-csrf': '1' }, 'This origin may not call the gateway.'],
    ['from no origin', { origin: 'null' }, 'This origin may not call the gateway.'],
    [
      'from another origin that claims to be the same',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      'This origin may not call the gateway.',
    ],
    ['of another site', { 'sec-fetch-site': 'cross-site', 'x-csrf': '1' }, 'Another site may not call the gateway.'],
    ['of a sibling site', { 'sec-fetch-site': 'same-site' }, 'Another site may not call the gateway.'],
    ['that says nothing', {}, 'The request does not say where it comes from; send the header X-CSRF: 1.'],
    [
      'with another value of the header',
      { 'x-csrf': '0' },
      'The request does not say where it comes from; send the header X-CSRF: 1.',
    ],
  ])('%s is refused', (_what, headers, message) => {
    expect(() => check('POST', headers)).toThrow(
      expect.objectContaining({ code: 'cross_site_request', status: 403, message }),
    );
  });
});

describe('a request that only reads', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('by %s need not say where it comes from', (method) => {
    expect(() => check(method, {})).not.toThrow();
  });

  it.each(['PUT', 'PATCH', 'DELETE', ''])('is not one by %o', (method) => {
    expect(() => check(method, {})).toThrow(expect.objectContaining({ code: 'cross_site_request' }));
  });

  it('of another site is refused', () => {
    expect(() => check('GET', { 'sec-fetch-site': 'cross-site' })).toThrow('Another site may not call the gateway.');
  });
});
