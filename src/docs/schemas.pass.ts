import type { OpenAPIObject } from '@nestjs/swagger';
import { allUnions } from '../contract/validation/metadata.js';
import { ANY_VALUE } from '../contract/validation/validators.js';
import { refTo, type Schema, schemasOf } from './operations.js';

/** Classes that only stand for their variants become what they mean. */
export function spellOutUnions(document: OpenAPIObject): void {
  const schemas = schemasOf(document);
  for (const [dto, { discriminator, variants }] of allUnions()) {
    const refs = Object.entries(variants).map(([tag, variant]) => [tag, refTo(variant.name).$ref] as const);
    schemas[dto.name] = {
      oneOf: refs.map(([, $ref]) => ({ $ref })),
      discriminator: { propertyName: discriminator, mapping: Object.fromEntries(refs) },
    };
  }
}

/** A member that takes any value has no type, which the generator cannot say. */
export function openAnyValues(document: OpenAPIObject): void {
  for (const { properties } of Object.values(schemasOf(document)))
    for (const property of Object.values((properties ?? {}) as Record<string, Schema>)) {
      if (property['format'] !== ANY_VALUE) continue;
      delete property['format'];
      delete property['type'];
    }
}

/** A described reference. The generator wraps it in `allOf`, in which other generators do not find the discriminator. */
export function unwrapReferences(document: OpenAPIObject): void {
  for (const { properties } of Object.values(schemasOf(document)))
    for (const property of Object.values((properties ?? {}) as Record<string, Schema>)) {
      const [only, ...others] = (property['allOf'] ?? []) as { $ref?: string }[];
      if (only?.$ref === undefined || others.length > 0) continue;
      delete property['allOf'];
      property['$ref'] = only.$ref;
    }
}
