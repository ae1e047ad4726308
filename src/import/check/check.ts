import type { Message } from '../../contract/dto/message.dto.js';
import { convertDocument } from '../openapi/conversion.js';
import { Diagnostics, Unreadable } from '../openapi/diagnostics.js';
import type { OpenApiDocument } from '../openapi/document.js';
import { type Reading, readDocument } from '../openapi/document.reading.js';
import { type Plan, planOf } from '../openapi/plan.js';
import { DocumentRules } from '../openapi/rules/document.rules.js';
import { messagesOf } from './messages.js';
import { type FormerVersion, type PlannedDifference, differenceOf } from './preview.difference.js';
import { ReferenceRules } from '../openapi/rules/reference.rules.js';
import { Structure } from './structure.js';

/** How far a check is: the text has been read; what it says has been checked. */
export type Stage = 'parsed' | 'checked';

/** What the check found. */
export interface CheckedDocument {
  /** Undefined when it is neither. */
  readonly written: 'json' | 'yaml' | undefined;
  /** The version of OpenAPI, such as `3.1.0`. */
  readonly openapi: string | undefined;
  /** The worst first; without an error among them the document may be imported. */
  readonly messages: readonly Message[];
}

/** What the check found, and what an import would make of the document. */
export interface PlannedDocument {
  readonly document: CheckedDocument;
  /** Undefined where the document has errors. */
  readonly plan: Plan | undefined;
  /** How it differs from a former version, where one was given. */
  readonly difference?: PlannedDifference;
}

/**
 * Checks an OpenAPI document, plans its import, and compares that with a former version where one is given. Nothing but
 * these bytes is read, whatever they refer to.
 */
export function checkBytes(bytes: Buffer, onStage: (stage: Stage) => void, former?: FormerVersion): PlannedDocument {
  const log = new Diagnostics();
  let reading: Reading | undefined;
  let planned: Pick<PlannedDocument, 'plan' | 'difference'> = { plan: undefined };
  try {
    reading = readDocument(bytes, log);
    onStage('parsed');
    if (reading.document !== undefined) planned = planOfDocument(reading.document, log, former);
    onStage('checked');
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    log.error(error.message, ...(error.at === undefined ? [] : [error.at]));
    planned = { plan: undefined };
  }
  const messages = messagesOf(log, reading?.parsed ?? bytes);
  return { document: { written: reading?.parsed.written, openapi: reading?.openapi, messages }, ...planned };
}

/** The conversion is the same that imports; what it says belongs to the check. */
function planOfDocument(
  document: OpenApiDocument,
  log: Diagnostics,
  former: FormerVersion | undefined,
): Pick<PlannedDocument, 'plan' | 'difference'> {
  const references = new ReferenceRules(document, log);
  const rules = new DocumentRules(document, log);
  const structure = new Structure(document.version, log);
  for (const node of document.nodes()) {
    references.check(node);
    rules.check(node);
    structure.check(node);
  }
  rules.finish();
  if (log.hasErrors) return { plan: undefined };
  const conversion = convertDocument(document, log);
  const plan = planOf(conversion, log);
  if (log.hasErrors) return { plan: undefined };
  return { plan, ...(former && { difference: differenceOf(former, conversion) }) };
}
