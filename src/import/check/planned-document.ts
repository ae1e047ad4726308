import type { Plan } from '../openapi/plan.js';
import type { CheckedDocument } from './check.js';

/** What the check found, and what an import would make of the document. */
export interface PlannedDocument {
  readonly document: CheckedDocument;
  /** Undefined where it was not asked for, or the document has errors. */
  readonly plan: Plan | undefined;
}
