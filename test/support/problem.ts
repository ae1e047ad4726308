import type { Response } from 'supertest';
import { expect } from 'vitest';

/** Checks that a response is a complete problem and returns its body. */
export function expectProblem(answer: Response, status: number, code: string): Record<string, unknown> {
  expect({ status: answer.status, code: (answer.body as { code?: string }).code }).toEqual({ status, code });
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  const body = answer.body as Record<string, unknown>;
  expect(answer.headers['x-request-id']).toBe(body['requestId']);
  expect(body).toMatchObject({
    type: expect.stringContaining(code),
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: expect.stringMatching(/^\//),
    message: expect.any(String),
    fields: expect.any(Array),
    details: expect.any(String),
  });
  for (const message of body['messages'] as unknown[])
    expect(message).toMatchObject({
      text: expect.any(String),
      severity: expect.stringMatching(/^(info|warning|error)$/),
    });
  return body;
}
