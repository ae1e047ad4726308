import type { Platform } from '../platform.js';
import type { DefinitionEntry } from '../store/records.js';
import type { Versioned } from '../versions/version.lookup.js';
import type { DefinitionReference } from './definition.references.js';
import { definitionUrl } from './definition.url.js';

/** A definition as callers see it. Inside another object, the list of its references is omitted. */
export function viewDefinition(
  platform: Platform,
  versioned: Versioned,
  { id, name, body, inner }: DefinitionEntry,
  referencedBy?: readonly DefinitionReference[],
): object {
  const url = definitionUrl(platform, versioned, { id, contentType: inner.contentType });
  const head = { id, name };
  return { ...head, ...body, ...head, url, ...(referencedBy && { referencedBy }) };
}
