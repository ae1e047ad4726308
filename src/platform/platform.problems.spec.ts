import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { Problem } from '../http/problem.js';
import { CallerGone, TotalTimeout, UnexpectedAnswer } from './answer.reader.js';
import { outcomeOfRefusal, PlatformProblem, problemOfFailure, problemOfRefusal } from './platform.problems.js';

const TOKEN = 'ey.secret';

/** The problem for an error answer with this body. */
function refused(status: number, body: unknown = {}, retryAfter?: string): Problem {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return problemOfRefusal({ status, contentType: 'application/json', retryAfter, body: bytes }, TOKEN);
}

/** What the client receives. */
const bodyOf = (problem: Problem): Record<string, unknown> =>
  JSON.parse(JSON.stringify(problem.toBody({ requestId: 'r', path: '/p' }))) as Record<string, unknown>;

describe('a 4xx of the platform', () => {
  it('keeps its status, code, message, fields, details and further members', () => {
    const fields = [{ field: 'a.b[0]', message: 'no' }];
    const problem = refused(412, {
      code: 'in_use',
      message: 'It is in use.',
      fields,
      details: 'Very.',
      by: { id: '1' },
    });
    expect(problem).toBeInstanceOf(PlatformProblem);
    expect(problem).toMatchObject({ status: 412, code: 'in_use', message: 'It is in use.' });
    expect(problem.extras.headers).toBeUndefined();
    const { message, detail, by, details } = bodyOf(problem);
    expect({ message, detail, by, details }).toEqual({
      message: 'It is in use.',
      detail: 'It is in use.',
      by: { id: '1' },
      details: 'Very.',
    });
    expect(problem.extras.fields).toEqual(fields);
  });

  it.each([['no JSON'], ['null'], ['"a string"'], ['[{"code":"x"}]'], [{ code: '', message: '' }], [{ code: 7 }]])(
    'of %j has a code and message by its status',
    (body) => {
      const problem = refused(404, body);
      expect(problem).toMatchObject({ status: 404, code: 'platform_404' });
      expect(problem.message).toBe('The platform refused the request with status 404.');
      expect(problem.extras).toMatchObject({ fields: [], details: '', messages: undefined, members: {} });
    },
  );

  it('keeps its Retry-After', () => {
    expect(refused(429, {}, '17').extras.headers).toEqual({ 'Retry-After': '17' });
  });

  it('leaves out fields that are not as in the contract', () => {
    const good = { field: 'a', message: 'no' };
    const fields = [good, null, 'a', { field: 'a' }, { message: 'no' }, { field: 7, message: 'no' }];
    expect(refused(400, { fields }).extras.fields).toEqual([good]);
    expect(refused(400, { fields: good }).extras.fields).toEqual([]);
  });

  it('keeps its messages; parts that are missing or wrong are replaced or left out', () => {
    const whole = { text: 'Look.', severity: 'warning', detail: ['x'], more: 1 };
    const messages = [
      whole,
      { text: 'a', severity: 'info' },
      { text: 'b', severity: 'fatal', detail: 'x' },
      { text: 'c', detail: ['x', 7, null] },
      null,
      'd',
      { text: '' },
      { text: 7 },
    ];
    expect(refused(400, { messages }).extras.messages).toEqual([
      whole,
      { text: 'a', severity: 'info' },
      { text: 'b', severity: 'error' },
      { text: 'c', severity: 'error', detail: ['x'] },
    ]);
    expect(refused(400, { messages: [] }).extras.messages).toBeUndefined();
  });

  it('keeps numbers that a double cannot hold as the platform wrote them', () => {
    const text = '{"message":"No.","id":12345678901234567890,"small":1.50,"usual":7,"list":[9007199254740993]}';
    const body = JSON.stringify(refused(409, text).toBody({ requestId: 'r', path: '/p' }));
    expect(body).toContain('"id":12345678901234567890,"small":1.50,"usual":7,"list":[9007199254740993]');
  });

  it('never says where to sign in, and never quotes the token', () => {
    const problem = refused(409, {
      message: `You sent ${TOKEN}, ${TOKEN}.`,
      loginUrl: 'https://evil.example',
      x: TOKEN,
    });
    expect(problem.message).toBe('You sent [redacted], [redacted].');
    expect(bodyOf(problem)).not.toHaveProperty('loginUrl');
    expect(bodyOf(problem)['x']).toBe('[redacted]');
  });

  it('is not the caller’s fault when it is a 401 for a valid token', () => {
    const problem = refused(401, { code: 'expired', message: 'Expired.' });
    expect(problem).toMatchObject({ code: 'upstream_unauthorized', extras: { details: 'Expired.' } });
    expect(refused(401).extras.details).toBe('The platform refused the request with status 401.');
  });
});

describe('a 5xx of the platform', () => {
  it.each([
    [500, 'platform_error'],
    [501, 'platform_unavailable'],
    [503, 'platform_unavailable'],
    [599, 'platform_unavailable'],
  ])('%i becomes a 502 %s without its text', (status, code) => {
    const problem = refused(status, { code: 'panic', message: 'db-7 is down' }, '3');
    expect(problem).toMatchObject({ status: 502, code, extras: { headers: { 'Retry-After': '3' } } });
    expect(JSON.stringify(bodyOf(problem))).not.toMatch(/panic|db-7/);
    expect(refused(status).extras.headers).toBeUndefined();
  });
});

describe('the outcome of an error answer', () => {
  it.each([
    [400, 'refused'],
    [499, 'refused'],
    [500, 'platform_error'],
    [503, 'platform_unavailable'],
  ])('%i: %s', (status, outcome) => {
    expect(outcomeOfRefusal(status)).toBe(outcome);
  });
});

describe('a call without a whole answer', () => {
  it.each<[error: Error, status: number, code: string]>([
    [new CallerGone(), 499, 'caller_gone'],
    [new UnexpectedAnswer('a redirect'), 502, 'platform_answer_invalid'],
    [new TotalTimeout(), 504, 'platform_timeout'],
    [new errors.HeadersTimeoutError(), 504, 'platform_timeout'],
    [new errors.BodyTimeoutError(), 504, 'platform_timeout'],
    [new errors.ConnectTimeoutError(), 504, 'platform_timeout'],
    [new errors.SocketError('other side closed'), 502, 'platform_unreachable'],
    [new Error('unexpected'), 502, 'platform_unreachable'],
  ])('because of %s becomes %i %s', (cause, status, code) => {
    const problem = problemOfFailure(cause);
    expect(problem).toMatchObject({ status, code });
    expect(problem.cause).toBe(cause);
  });

  it('because of a problem is that problem', () => {
    const problem = new Problem('too_many_bytes');
    expect(problemOfFailure(problem)).toBe(problem);
  });
});
