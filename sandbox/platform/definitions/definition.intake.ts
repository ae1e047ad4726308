import type { Fault } from '../http/api.error.js';
import type { DefinitionEntry } from '../store/records.js';
import { type DefinitionScope, referencedId } from './definition.scope.js';
import { rewriteReferences } from '../../../src/import/openapi/schema.references.js';
import { type InlineSchema, isXml, parseSchema } from './schema.text.js';

/** Converts schemas from callers to their stored form, and reports their errors. */
export class DefinitionIntake {
  readonly faults: Fault[] = [];

  constructor(private readonly scope: DefinitionScope) {}

  /** @param field the place of the schema in the request */
  take(sent: InlineSchema, accept: readonly string[], field: string): DefinitionEntry['inner'] {
    const { contentType } = sent;
    if (accept.some((mediaType) => isXml(mediaType) !== isXml(contentType)))
      this.faults.push({
        field: `${field}.contentType`,
        message: 'must fit what is accepted: XML is described by XML alone',
      });
    const parsed = parseSchema(sent, field, this.faults);
    if ('text' in parsed) return { contentType, schema: parsed.text, references: [] };
    const references = new Set<string>();
    const schema = rewriteReferences(parsed.json, (reference) => {
      const kept = this.internalise(reference, parsed.json, field);
      const id = referencedId(kept);
      if (id !== undefined) references.add(id);
      return kept;
    });
    return { contentType, schema: JSON.stringify(schema) ?? '', references: [...references] };
  }

  private internalise(reference: string, schema: unknown, field: string): string {
    const kept = this.scope.internalise(reference, schema);
    if (kept === undefined)
      this.faults.push({ field: `${field}.content`, message: `has a $ref to what there is not: ${reference}` });
    return kept ?? '';
  }
}
