import type { OpenAPIObject } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accepts } from './accept.js';
import { classOf, validationsOf } from './metadata.js';
import { VALID } from '../../../test/contract/valid-requests.js';

const { components } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenAPIObject;
const schemas = components?.schemas as Record<string, { properties?: Record<string, object>; required?: string[] }>;

type Json = Record<string, unknown>;

/** A valid value of each class and of each union variant. */
const BY_CLASS = new Map(VALID.map(([dto, valid]) => [classOf(dto, valid as Json), valid as Json]));

/** Each optional member of each request class, except members of any type, which may be null. */
const MEMBERS = [...BY_CLASS].flatMap(([dto, valid]) => {
  const { properties = {}, required = [] } = schemas[dto.name] ?? {};
  return Object.keys(validationsOf(dto))
    .filter((name) => properties[name] !== undefined && !required.includes(name) && isTyped(properties[name]))
    .map((name) => [`${dto.name}.${name}`, dto, { ...valid, [name]: null }] as const);
});

describe('optional members', () => {
  it('exist in sufficient number for this test', () => {
    expect(MEMBERS.length).toBeGreaterThan(30);
  });

  it.each(MEMBERS)('%s must not be null, as in the contract', (_name, dto, value) => {
    expect(accepts(dto, value, 'closed')).toBe(false);
  });
});

function isTyped(property: object): boolean {
  return Object.keys(property).some((keyword) => ['type', '$ref', 'oneOf', 'anyOf'].includes(keyword));
}
