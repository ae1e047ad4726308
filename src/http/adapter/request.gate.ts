import { isLoopback } from '../../config/parsers.js';
import { Problem } from '../problem.js';
import type { GatewayRequest } from '../exchange.js';

const MAX_TARGET_CHARACTERS = 8_192;
const MAX_HEADERS = 100;

/**
 * Checks every request before anything else reads it. Refuses what two parsers could read differently: a target that is
 * not a plain path, more header fields than are read, a Host that is missing, repeated or not ours.
 */
export class RequestGate {
  private readonly hostname: string;
  private readonly host: string;

  constructor(publicUrl: URL) {
    this.hostname = publicUrl.hostname;
    this.host = publicUrl.host;
  }

  /** The problem with a request, or undefined. */
  check(req: GatewayRequest): Problem | undefined {
    const target = req.url ?? '';
    if (target.length > MAX_TARGET_CHARACTERS)
      return new Problem('target_too_long', {
        message: `The request target is longer than ${MAX_TARGET_CHARACTERS} characters.`,
      });
    if (!isPlainPath(target)) return new Problem('invalid_target');
    if (req.rawHeaders.length > 2 * MAX_HEADERS)
      return new Problem('too_many_headers', { message: `The request has more than ${MAX_HEADERS} header fields.` });
    const { expect } = req.headers;
    if (expect !== undefined && expect.toLowerCase() !== '100-continue') return new Problem('expectation_failed');
    return this.hostRefusal(req);
  }

  /**
   * RFC 9112, section 3.2: exactly one Host. Orchestrators call the health paths by address, so any Host will do there.
   */
  private hostRefusal(req: GatewayRequest): Problem | undefined {
    const hosts = count(req.rawHeaders, 'host');
    // HTTP/1.0 has no Host, and some load balancers check health by it.
    if (hosts === 0 && req.httpVersion === '1.0' && req.isHealthCheck) return undefined;
    if (hosts !== 1) return new Problem('invalid_host');
    if (req.headers.host === this.host || req.isHealthCheck || this.isOurs(req.hostname)) return undefined;
    return new Problem('misdirected_request', { message: `This gateway answers for ${this.host} only.` });
  }

  /**
   * Compares without port and case (RFC 9110, section 4.2.3). On loopback all names of the machine are equal, since
   * nothing outside can use them.
   */
  private isOurs(asked = ''): boolean {
    const hostname = asked.toLowerCase();
    return hostname === this.hostname || (isLoopback(this.hostname) && isLoopback(hostname));
  }
}

/** A request target has no fragment (RFC 9112, section 3.2); a router that cuts one off would read another path. */
function isPlainPath(target: string): boolean {
  if (target.charCodeAt(0) !== 47 || target.charCodeAt(1) === 47) return false;
  if (target.includes('\\') || target.includes('#')) return false;
  return !target.includes('/.') || !/\/\.{1,2}(\/|\?|$)/.test(target.split('?', 1)[0] ?? '');
}

function count(rawHeaders: readonly string[], name: string): number {
  let times = 0;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.length === name.length && rawHeaders[i]?.toLowerCase() === name) times += 1;
  return times;
}
